/* tests/versions/upgrade.h: stores of every schema there was, full of rows, brought up to today's. */
#pragma once

#include "tests/store/fixture.h"

/* Each schema in turn, in every table it had; needs fixture_set_up_store. */
void test_upgrade_full (Fixture *f, gconstpointer unused);
