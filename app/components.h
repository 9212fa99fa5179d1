/* app/components.h: the Debian packages whose libraries this program runs with (软件清单), for whoever compares them with security notices. */
#pragma once

#include "core/fields.h"

/* FzFields with package and version, by name; asked of dpkg over the libraries that are loaded now. UNSUPPORTED: there is no dpkg; INTERNAL: it says
 * nothing of any. (transfer full) */
GPtrArray *fz_components_list (GError **error);
