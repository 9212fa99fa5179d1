/* ui/start.h: the window's start (启动窗口). */
#pragma once

/* Runs the application until its window closes; the exit code of the process. */
int fz_start_window (int argc, char **argv);
/* The same for one signed document in a file, beside whatever is open; 2: it can't be read, and the terminal says why too. */
int fz_start_document (const char *path);
