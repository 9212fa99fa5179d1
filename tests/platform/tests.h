/* tests/platform/tests.h: the parts of one test program. */
#pragma once

void add_vector_tests (void);
void add_gateway_tests (void);
void add_field_tests (void);
void add_fault_tests (void);
