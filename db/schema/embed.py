"""Writes the numbered schema scripts as C strings: embed.py OUT SCRIPT…; the number is the file name's first three digits."""
import pathlib
import sys

out, scripts = sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]
lines = ['#include "db/migrate.h"', '', 'const FzScript fz_schema_scripts[] = {']
for place, path in enumerate(scripts, 1):
    if int(path.name[:3]) != place:
        sys.exit(f'{path.name}: expected number {place:03d}')
    lines.append(f'  {{ {place}, "{path.name}",')
    for text in path.read_text(encoding='utf-8').splitlines():
        escaped = text.replace('\\', '\\\\').replace('"', '\\"')
        lines.append(f'    "{escaped}\\n"')
    lines.append('  },')
lines += ['};', 'const guint fz_schema_n_scripts = G_N_ELEMENTS (fz_schema_scripts);', '']
pathlib.Path(out).write_text('\n'.join(lines), encoding='utf-8')
