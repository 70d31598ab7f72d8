/*
 * Files of cases, NAME | WHAT | BYTES a line, and what becomes of them as TAP.
 */
#ifndef CASES_H
#define CASES_H

#include <stddef.h>

/* Room for a line, and for the bytes that it stands for. */
#define ROOM 2000000

extern int	failures;

/* Print a test's result, and what was found where it failed. */
extern void report(int ok, const char *name, const char *found, const char *expected);

/*
 * Call a function for each case of a file.  The bytes are in memory of their
 * own, so that a sanitizer sees what is read beyond them.  Returns 0 where
 * the file cannot be read.
 */
extern int	for_each_case(const char *path, void (*test) (const char *name, const char *what, const char *bytes, size_t length));

#endif
