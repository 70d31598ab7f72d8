/*-------------------------------------------------------------------------
 *
 * arn.h
 *	  Taking ARNs apart without copying.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_ARN_H
#define DYN_SCHEMA_ARN_H

#include "schema/table.h"

/* Find the table's name in the ARN of a table here; false where it is something else. */
extern bool dyn_arn_table(const char *arn, size_t length, const char **name, size_t *name_length);

#endif							/* DYN_SCHEMA_ARN_H */
