#include "app/chinese.h"

FzChinese
fz_chinese_begin (void)
{
  FzChinese self = { uselocale ((locale_t) 0), (locale_t) 0 };
  locale_t copy = duplocale (self.before);

  self.chinese = copy != (locale_t) 0 ? newlocale (LC_MESSAGES_MASK, "C", copy) : (locale_t) 0;
  if (self.chinese != (locale_t) 0)
    uselocale (self.chinese);
  return self;
}

void
fz_chinese_clear (FzChinese *self)
{
  if (self->chinese == (locale_t) 0)
    return;
  uselocale (self->before);
  freelocale (self->chinese);
  self->chinese = (locale_t) 0;
}
