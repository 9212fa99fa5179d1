/* app/video.h: the hospital's own video system (医院的视频系统), by address only: nothing of it is embedded, the desktop opens it. Two addresses are
 * settings of the desk: where a doctor holds the conversation (`{visit}`, `{staff}`), and where the platform finds what was kept of a visit (`{visit}`).
 * They carry numbers of this desk and nothing of who the patient is. National 2022 art. 13, 19; Tianjin interface, processDataURL. */
#pragma once

#include "app/desk_private.h"

/* In a job: video.url and video.process_url, where they are set. */
gboolean fz_video_put_status (FzTxn *txn, FzFields *out, GError **error);
/* In a job: visit.process_url of this visit, where one is set. */
gboolean fz_video_put_process (FzTxn *txn, const char *visit, FzFields *facts, GError **error);
