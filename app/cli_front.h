/* app/cli_front.h: the command `fuzhen front`. */
#pragma once

int fz_cli_front (int argc, char **argv);
