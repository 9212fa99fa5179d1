/* ui/start.h: the window's start (启动窗口). */
#pragma once

/* Runs the application until its window closes; the exit code of the process. */
int fz_start_window (int argc, char **argv);
