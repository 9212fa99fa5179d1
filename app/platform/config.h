/* app/platform/config.h: where the supervision platform is and with which keys (监管平台接入配置). A JSON file of mode 0600:
 * {"profile": "tianjin", "url": "https://…/openapi/api", "app_key": "…", "app_secret": "32 hex digits", "unit_id": "…"} and, if wanted,
 * "environment" ("test" or "production", which it is when nothing is said: a demonstration is laid into a folder for tests only), "trigger" (of the generic profile: at_once, next_day, on_approval or every_change, as agreed with the platform; else the profile's), "folder" (absolute, in place of "url": sealed rows are laid
 * there for the platform's front-end machine), "ca_file" (authorities to trust instead of the system's; relative to the file), "pin_sha256" (one or two SHA-256 of the
 * server's public key, hex; all others are refused), "crl_file" (revocation lists of the server's authority, PEM, and the authority's certificate where
 * ca_file has it not; read again for each call, so it may be renewed under way; nothing is sent without a list that is in force), "client_file" and "client_password" (our
 * own certificate with its key, PKCS#12, for a platform that asks who calls), "proxy" ("none", the default; "system"; or "http://host:port"). */
#pragma once

#include <gio/gio.h>

#include "app/signer/certificate.h"
#include "core/error.h"
#include "core/secret.h"

/* Not a platform: the hospital's own front (app/front_wire.h), by the same rules. Its app_key names this desk there. */
#define FZ_PROFILE_FRONT "front"

/* Frozen; shared between threads. The secret never leaves it but by fz_platform_config_get_secret(). */
typedef struct _FzPlatformConfig FzPlatformConfig;

/* INVALID: unreadable, not of mode 0600, not ours, unknown or missing key, not https, a CA file that does not load.
 * REFUSED: `demo` and the host is not this machine (127.0.0.0/8, ::1, localhost): synthetic data never go further. */
FzPlatformConfig *fz_platform_config_load (const char *path, gboolean demo, GError **error);
/* The same from bytes; `folder` is what a relative ca_file is relative to. */
FzPlatformConfig *fz_platform_config_parse (const guint8 *bytes, gsize n, const char *folder, gboolean demo, GError **error);
FzPlatformConfig *fz_platform_config_ref (FzPlatformConfig *self);
void fz_platform_config_unref (FzPlatformConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPlatformConfig, fz_platform_config_unref)

const char *fz_platform_config_get_profile (const FzPlatformConfig *self); /* "tianjin" or "generic" */
/* NULL when the platform fetches. */
GUri *fz_platform_config_get_uri (const FzPlatformConfig *self);
/* Where its front-end machine fetches from; NULL: it is sent to. */
const char *fz_platform_config_get_folder (const FzPlatformConfig *self);
/* A word of FzTrigger; NULL: nothing else was agreed. */
const char *fz_platform_config_get_trigger (const FzPlatformConfig *self);
const char *fz_platform_config_get_app_key (const FzPlatformConfig *self);
const FzSecret *fz_platform_config_get_secret (const FzPlatformConfig *self); /* 16 bytes */
const char *fz_platform_config_get_unit_id (const FzPlatformConfig *self);
gboolean fz_platform_config_is_test (const FzPlatformConfig *self);
/* The key that the standard prints as its example (GB/T 32907-2016 A.1), which no platform gives to anybody. */
gboolean fz_platform_config_has_example_key (const FzPlatformConfig *self);
guint fz_platform_config_get_n_pins (const FzPlatformConfig *self);
/* When the first of the authorities in ca_file ends; 0: none is given. */
gint64 fz_platform_config_get_authorities_until_us (const FzPlatformConfig *self);
/* NULL: the system's authorities. */
GTlsDatabase *fz_platform_config_get_authorities (const FzPlatformConfig *self);
/* What we show when the platform asks who calls; NULL: nothing. */
GTlsCertificate *fz_platform_config_get_ours (const FzPlatformConfig *self);
/* NULL: no proxy. */
GProxyResolver *fz_platform_config_get_proxy (const FzPlatformConfig *self);
/* TRUE when no pin is set or the certificate's key has one of them. */
gboolean fz_platform_config_accepts_key (const FzPlatformConfig *self, GTlsCertificate *certificate);
/* GOOD when no revocation list is configured, or one in force speaks for the server's certificate and none revokes it or one of its issuers. UNKNOWN:
 * there is no such list (any more). */
FzRevocation fz_platform_config_ask_lists (const FzPlatformConfig *self, GTlsCertificate *certificate);

/* When the first of the revocation lists ends, after which nothing is sent; G_MAXINT64: none is configured, or it does not say. -1 with error: it
 * cannot be read any more. */
gint64 fz_platform_config_lists_until (const FzPlatformConfig *self, GError **error);

/* Everything in `path` and, to find issuers by, in `authorities` (may be NULL). INVALID: unreadable, or without a list. */
FzChain *fz_platform_read_lists (const char *path, const char *authorities, GError **error);
FzRevocation fz_platform_judge_lists (const FzChain *lists, GTlsCertificate *peer, gint64 now_us);

/* SHA-256 of the certificate's SubjectPublicKeyInfo, lower-case hex; NULL when it cannot be read. (transfer full) */
char *fz_public_key_pin (GTlsCertificate *certificate);
