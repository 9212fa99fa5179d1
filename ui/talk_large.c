#include "ui/talk_large.h"

#include "ui/kit/kit.h"

#include <glib/gi18n-lib.h>

#define MOST_EDGE 3000

typedef struct {
  char *visit, *complaint, *id;
  GtkWidget *view;
} Large;

static gpointer
read_picture (FzSession *session, gpointer data, GError **error)
{
  Large *want = data;

  return want->complaint != NULL ? fz_desk_read_complaint_picture (session, want->visit, want->complaint, want->id, MOST_EDGE, error)
                                 : fz_desk_read_talk_picture (session, want->visit, want->id, MOST_EDGE, error);
}

static void
picture_free (gpointer picture)
{
  fz_picture_free (picture);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Large *want = data;
  g_autoptr (GError) error = NULL;
  FzPicture *picture = fz_call_finish (result, &error);

  if (picture == NULL)
    fz_image_view_set_message (FZ_IMAGE_VIEW (want->view), "warning", error->message);
  else if (picture->gone != NULL)
    fz_image_view_set_message (FZ_IMAGE_VIEW (want->view), "info", picture->gone);
  else
    fz_image_view_set_pixels (FZ_IMAGE_VIEW (want->view), picture->rgba, picture->width, picture->height, (gsize) picture->stride, _ ("沟通中的图片"));
  fz_picture_free (picture);
  g_object_unref (want->view);
  g_free (want->visit);
  g_free (want->complaint);
  g_free (want->id);
  g_free (want);
}

void
fz_talk_large (GtkWidget *over, FzSession *session, const char *visit, const char *complaint, const FzFields *message)
{
  FzDialog *dialog = fz_dialog_new (_ ("沟通中的图片"), _ ("+ − 缩放，R 旋转，0 适应窗口，方向键移动"));
  Large *want = g_new0 (Large, 1);

  want->view = g_object_ref_sink (fz_image_view_new ());
  want->visit = g_strdup (visit);
  want->complaint = g_strdup (complaint);
  want->id = g_strdup (fz_fields_get (message, "id"));
  gtk_widget_set_size_request (want->view, 960, 560);
  fz_image_view_set_message (FZ_IMAGE_VIEW (want->view), "image", _ ("正在打开…"));
  fz_dialog_set_width (dialog, 1000);
  fz_dialog_set_body (dialog, want->view, TRUE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_present (dialog, over);
  fz_call_async (session, read_picture, want, NULL, picture_free, on_read, want);
}
