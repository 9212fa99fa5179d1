/* app/confirm.h: the prescriber signs for the same prescription once more (再次签名): a dose above the usual one, for which a reason was given, or
 * one the pharmacist sent back and the doctor, after checking, stands by. 处方管理办法 art. 6, 医疗机构处方审核规范 art. 20. */
#pragma once

#include "app/desk_private.h"

/* Says in a prescription's body that it must be signed for once more, when one of the reasons given asks that. */
void fz_confirm_put_demand (FzDesk *desk, FzFields *body);
/* TRUE when it waits for that signature. `rx` are the facts of a prescription. */
gboolean fz_confirm_is_due (const FzFields *rx);
