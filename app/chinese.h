/* app/chinese.h: what is signed is Chinese whatever language the screen speaks: between begin and clear, this thread's messages are not
 * translated (the message keys are the Chinese words). */
#pragma once

#include <glib.h>
#include <locale.h>

typedef struct {
  locale_t before, chinese;
} FzChinese;

FzChinese fz_chinese_begin (void);
void fz_chinese_clear (FzChinese *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzChinese, fz_chinese_clear)
