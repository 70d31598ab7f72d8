/*
 * What the readers of src/http make of a connection's bytes, as text: see the
 * head of requests.txt.  Shared by the unit test and the fuzzer.
 */
#ifndef READING_H
#define READING_H

#include <stddef.h>

/* The limit of a body, as the endpoint has it. */
#define BODY_LIMIT (16 * 1024 * 1024)

/* How many more bytes arrive, where "left" are still to come: 1 to left. */
typedef size_t (*Arrival) (size_t left, void *state);

/* Read the bytes as they arrive.  The text is static, and good until the next call but one. */
extern const char *reading(const char *bytes, size_t length, Arrival arrival, void *state);

#endif
