/*-------------------------------------------------------------------------
 *
 * value_casts.h
 *	  What several files need of the casts of attribute values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_VALUE_CASTS_H
#define DYN_ITEM_VALUE_CASTS_H

#include "item/value.h"

/* The text of any value, palloc'd; NULL for a value of type NULL. */
extern text *dyn_value_to_text(const DynValue *value);

/* A value of type N as a numeric, palloc'd. */
extern struct NumericData *dyn_number_to_numeric(const DynValue *value);

/*
 * Raise ERRCODE_UNTRANSLATABLE_CHARACTER if there is U+0000 among the bytes:
 * Postgres' types for text cannot hold it.
 */
extern void dyn_check_no_nul(const char *bytes, Size length, const char *type_name);

#endif							/* DYN_ITEM_VALUE_CASTS_H */
