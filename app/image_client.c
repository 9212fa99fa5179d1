#include "app/image_client.h"

#include "app/image/wire.h"
#include "app/image_process.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_STATIC_ASSERT (FZ_IMAGE_MAX_EDGE == IMAGE_MAX_EDGE);

void
fz_image_free (FzImage *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->rgba, g_bytes_unref);
  g_free (self);
}

static gboolean
refuse_status (const ImageHeader *header, GError **error)
{
  switch (header->status) {
    case IMAGE_NOT_TAKEN:
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                   _("这个文件不是JPEG或PNG图片（按内容判断，与文件名无关）。请改传照片或截图。"));
      break;
    case IMAGE_TOO_LARGE:
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("图片文件超过%u MB。请压缩后重新上传。"),
                   IMAGE_MAX_BYTES / 1024 / 1024);
      break;
    case IMAGE_TOO_WIDE:
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                   _("图片有%u×%u像素，超过%u万像素的上限，未打开。请缩小后重新上传。"), header->source_width,
                   header->source_height, IMAGE_MAX_PIXELS / 10000);
      break;
    case IMAGE_DAMAGED:
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("图片不完整或已损坏，无法打开。请重新拍摄或重新上传。"));
      break;
    case IMAGE_NO_MEMORY:
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("打开这张图片所需的内存超过上限，未打开。请缩小后重新上传。"));
      break;
    case IMAGE_NO_SANDBOX:
      g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED,
                   _("本机内核不提供安全隔离（seccomp），为安全起见不打开图片。请联系系统管理员更换或升级内核。"));
      break;
    default:
      g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL,
                   _("图片解码程序拒绝了本程序的请求。请联系系统管理员重新安装。"));
      break;
  }
  return FALSE;
}

typedef enum { ASK_PROBE, ASK_DECODE, ASK_REWRITE } Ask;

/* A decoder that was taken over can say what it likes: numbers out of range are its end. */
static gboolean
is_plausible (const ImageHeader *header, gsize pixel_bytes, Ask what, guint max_edge)
{
  if (header->magic != IMAGE_MAGIC || header->status > IMAGE_BAD_CALL || (what != ASK_REWRITE && header->size != 0))
    return FALSE;
  if (header->status != IMAGE_OK)
    return pixel_bytes == 0 && header->size == 0 && (what == ASK_REWRITE || (header->width == 0 && header->height == 0));
  if ((header->kind != IMAGE_JPEG && header->kind != IMAGE_PNG) || header->source_width == 0
      || header->source_height == 0 || (guint64) header->source_width * header->source_height > IMAGE_MAX_PIXELS)
    return FALSE;
  if (what == ASK_PROBE)
    return pixel_bytes == 0 && header->width == 0 && header->height == 0;
  if (what == ASK_REWRITE)
    return pixel_bytes > 0 && pixel_bytes == header->size && pixel_bytes <= IMAGE_MAX_BYTES;
  return header->width >= 1 && header->width <= max_edge && header->height >= 1 && header->height <= max_edge
         && pixel_bytes == (gsize) header->width * header->height * 4;
}

static FzImage *
read_answer (GBytes *answer, Ask what, guint max_edge, GError **error)
{
  ImageHeader header = { 0 };
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (answer, &n);
  FzImage *self = NULL;

  if (n >= sizeof header)
    memcpy (&header, bytes, sizeof header);
  if (n < sizeof header || !is_plausible (&header, n - sizeof header, what, max_edge)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                 _("图片解码程序中途停止，这张图片可能已损坏或含有恶意内容，未打开。请要求重新上传。"));
    return NULL;
  }
  if (header.status != IMAGE_OK) {
    refuse_status (&header, error);
    return NULL;
  }
  self = g_new0 (FzImage, 1);
  self->media_type = header.kind == IMAGE_JPEG ? "image/jpeg" : "image/png";
  self->source_width = header.source_width;
  self->source_height = header.source_height;
  self->width = header.width;
  self->height = header.height;
  self->stride = header.width * 4;
  if (what != ASK_PROBE)
    self->rgba = g_bytes_new_from_bytes (answer, sizeof header, n - sizeof header);
  return self;
}

/* Of a rewritten picture `rgba` is the file. */
static FzImage *
ask (GBytes *bytes, Ask what, guint max_edge, GCancellable *cancellable, GError **error)
{
  const ImageHeader too_large = { .status = IMAGE_TOO_LARGE };
  g_autofree char *edge = g_strdup_printf ("%u", max_edge);
  const char *const full[] = { what == ASK_REWRITE ? "rewrite" : "decode", edge, NULL }, *const probe[] = { "probe", NULL };
  gsize most = sizeof (ImageHeader) + (what == ASK_REWRITE ? IMAGE_MAX_BYTES : (gsize) max_edge * max_edge * 4);
  g_autoptr (GBytes) answer = NULL;

  if (g_bytes_get_size (bytes) > IMAGE_MAX_BYTES) {
    refuse_status (&too_large, error);
    return NULL;
  }
  answer = fz_image_process_run (what != ASK_PROBE ? full : probe, bytes, most, cancellable, error);
  return answer != NULL ? read_answer (answer, what, max_edge, error) : NULL;
}

FzImage *
fz_image_probe (GBytes *bytes, GCancellable *cancellable, GError **error)
{
  return ask (bytes, ASK_PROBE, 0, cancellable, error);
}

FzImage *
fz_image_decode (GBytes *bytes, guint max_edge, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (max_edge >= 1 && max_edge <= FZ_IMAGE_MAX_EDGE, NULL);
  return ask (bytes, ASK_DECODE, max_edge, cancellable, error);
}

GBytes *
fz_image_rewrite (GBytes *bytes, guint max_edge, const char **out_media, GCancellable *cancellable, GError **error)
{
  g_autoptr (FzImage) image = NULL;

  g_return_val_if_fail (max_edge >= 1 && max_edge <= FZ_IMAGE_MAX_EDGE, NULL);
  image = ask (bytes, ASK_REWRITE, max_edge, cancellable, error);
  if (image == NULL)
    return NULL;
  *out_media = image->media_type;
  return g_steal_pointer (&image->rgba);
}

static char decode_tag; /* its address marks our tasks */

typedef struct {
  GBytes *bytes;
  guint max_edge;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_bytes_unref (job->bytes);
  g_free (job);
}

static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  FzImage *image = fz_image_decode (job->bytes, job->max_edge, cancellable, &error);

  if (image != NULL)
    g_task_return_pointer (task, image, (GDestroyNotify) fz_image_free);
  else
    g_task_return_error (task, error);
}

void
fz_image_decode_async (GBytes *bytes, guint max_edge, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer data)
{
  g_autoptr (GTask) task = NULL;
  Job *job = NULL;

  g_return_if_fail (max_edge >= 1 && max_edge <= FZ_IMAGE_MAX_EDGE);
  task = g_task_new (NULL, cancellable, callback, data);
  job = g_new0 (Job, 1);
  job->bytes = g_bytes_ref (bytes);
  job->max_edge = max_edge;
  g_task_set_source_tag (task, &decode_tag);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_job);
}

FzImage *
fz_image_decode_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, &decode_tag), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
