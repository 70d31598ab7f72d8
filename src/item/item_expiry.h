/*-------------------------------------------------------------------------
 *
 * item_expiry.h
 *	  When an item expires.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_ITEM_EXPIRY_H
#define DYN_ITEM_ITEM_EXPIRY_H

#include "datatype/timestamp.h"

#include "item/value.h"

/*
 * Read the time at which an item expires from one of its attributes: a Number
 * of seconds since 1970, of which fractions do not count.  Returns false
 * where the attribute is missing or of another type, and for times beyond
 * what a timestamptz holds: the item never expires.  Does not raise.
 */
extern bool dyn_item_expiry(Datum item, const char *attribute, size_t length, TimestampTz *at);

#endif							/* DYN_ITEM_ITEM_EXPIRY_H */
