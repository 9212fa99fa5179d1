#include "ui/evidence_view.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define MOST_EDGE 3000

struct _FzEvidenceView {
  GtkWidget parent_instance;
  FzVisitModel *model;
  GtkWidget *root, *view, *caption, *before, *after, *large;
  FzPicture *picture;
  guint index, serial;
};

G_DEFINE_FINAL_TYPE (FzEvidenceView, fz_evidence_view, GTK_TYPE_WIDGET)

typedef struct {
  char *visit;
  guint index;
} Want;

typedef struct {
  FzEvidenceView *view;
  guint serial;
} Wait;

static void
want_free (gpointer data)
{
  g_free (((Want *) data)->visit);
  g_free (data);
}

static gpointer
read_evidence (FzSession *session, gpointer data, GError **error)
{
  Want *want = data;

  return fz_desk_read_evidence (session, want->visit, want->index, MOST_EDGE, error);
}

static void
picture_free (gpointer picture)
{
  fz_picture_free (picture);
}

static guint
count (FzEvidenceView *self)
{
  return fz_fields_count (fz_visit_model_get_facts (self->model), "evidence");
}

static const char *
file_name (FzEvidenceView *self)
{
  const char *file = fz_fields_get_at (fz_visit_model_get_facts (self->model), "evidence", self->index, "file");

  return file != NULL ? file : _ ("病历资料");
}

static void
put_picture (FzEvidenceView *self, GtkWidget *view)
{
  fz_image_view_set_pixels (FZ_IMAGE_VIEW (view), self->picture->rgba, self->picture->width, self->picture->height,
                            (gsize) self->picture->stride, file_name (self));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  g_autoptr (FzEvidenceView) self = wait->view;
  g_autoptr (GError) error = NULL;
  FzPicture *picture = fz_call_finish (result, &error);
  gboolean late = wait->serial != self->serial || self->root == NULL;

  g_free (wait);
  if (late) {
    fz_picture_free (picture);
    return;
  }
  g_clear_pointer (&self->picture, fz_picture_free);
  self->picture = picture;
  gtk_widget_set_sensitive (self->large, picture != NULL && picture->gone == NULL);
  if (picture != NULL && picture->gone != NULL)
    fz_image_view_set_message (FZ_IMAGE_VIEW (self->view), "info", picture->gone);
  else if (picture != NULL)
    put_picture (self, self->view);
  else
    fz_image_view_set_message (FZ_IMAGE_VIEW (self->view), "warning", error->message);
}

void
fz_evidence_view_show (FzEvidenceView *self, guint index)
{
  Want *want;
  Wait *wait;
  g_autofree char *caption = NULL;

  if (index >= count (self))
    return;
  self->index = index;
  caption = g_strdup_printf (_ ("%s（%u / %u）"), file_name (self), index + 1, count (self));
  fz_set_text (self->caption, caption);
  gtk_widget_set_tooltip_text (self->caption, caption);
  gtk_widget_set_sensitive (self->before, index > 0);
  gtk_widget_set_sensitive (self->after, index + 1 < count (self));
  gtk_widget_set_sensitive (self->large, FALSE);
  fz_image_view_set_message (FZ_IMAGE_VIEW (self->view), "image", _ ("正在打开…"));
  want = g_new0 (Want, 1);
  want->visit = g_strdup (fz_visit_model_get_id (self->model));
  want->index = index;
  wait = g_new0 (Wait, 1);
  wait->view = g_object_ref (self);
  wait->serial = ++self->serial;
  fz_call_async (fz_visit_model_get_session (self->model), read_evidence, want, want_free, picture_free, on_read, wait);
}

static void
on_before (GtkButton *button, FzEvidenceView *self)
{
  if (self->index > 0)
    fz_evidence_view_show (self, self->index - 1);
}

static void
on_after (GtkButton *button, FzEvidenceView *self)
{
  fz_evidence_view_show (self, self->index + 1);
}

static void
on_large (GtkButton *button, FzEvidenceView *self)
{
  FzDialog *dialog = fz_dialog_new (file_name (self), _ ("+ − 缩放，R 旋转，0 适应窗口，方向键移动"));
  GtkWidget *view = fz_image_view_new ();

  gtk_widget_set_size_request (view, 960, 560);
  put_picture (self, view);
  fz_dialog_set_width (dialog, 1000);
  fz_dialog_set_body (dialog, view, TRUE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_present (dialog, GTK_WIDGET (self));
}

static GtkWidget *
tool (FzEvidenceView *self, const char *icon, const char *name, GCallback clicked)
{
  GtkWidget *button = fz_icon_button_new (icon, name);

  gtk_widget_add_css_class (button, "fz-compact");
  gtk_widget_set_sensitive (button, FALSE);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static void
build (FzEvidenceView *self)
{
  GtkWidget *line = fz_line (6);

  self->root = fz_column (8);
  self->view = fz_image_view_new ();
  self->caption = fz_text (NULL, "fz-caption");
  self->before = tool (self, "chevron-left", _ ("上一份资料"), G_CALLBACK (on_before));
  self->after = tool (self, "chevron-right", _ ("下一份资料"), G_CALLBACK (on_after));
  self->large = tool (self, "zoom-in", _ ("放大查看"), G_CALLBACK (on_large));
  gtk_label_set_ellipsize (GTK_LABEL (self->caption), PANGO_ELLIPSIZE_MIDDLE);
  fz_put_wide (line, self->caption);
  fz_put (line, self->before);
  fz_put (line, self->after);
  fz_put (line, self->large);
  gtk_widget_set_size_request (self->view, -1, 240);
  fz_image_view_set_message (FZ_IMAGE_VIEW (self->view), "image", count (self) > 0 ? _ ("点“查看”打开资料") : _ ("没有病历资料"));
  fz_put (self->root, line);
  fz_put_wide (self->root, self->view);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
fz_evidence_view_dispose (GObject *object)
{
  g_clear_pointer (&FZ_EVIDENCE_VIEW (object)->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_evidence_view_parent_class)->dispose (object);
}

static void
fz_evidence_view_finalize (GObject *object)
{
  FzEvidenceView *self = FZ_EVIDENCE_VIEW (object);

  g_clear_pointer (&self->picture, fz_picture_free);
  g_object_unref (self->model);
  G_OBJECT_CLASS (fz_evidence_view_parent_class)->finalize (object);
}

static void
fz_evidence_view_class_init (FzEvidenceViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_evidence_view_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_evidence_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
fz_evidence_view_init (FzEvidenceView *self)
{
}

GtkWidget *
fz_evidence_view_new (FzVisitModel *model)
{
  FzEvidenceView *self = g_object_new (FZ_TYPE_EVIDENCE_VIEW, NULL);

  self->model = g_object_ref (model);
  build (self);
  return GTK_WIDGET (self);
}
