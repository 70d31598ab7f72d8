/*-------------------------------------------------------------------------
 *
 * slot.h
 *	  The replication slot of a database and the decoding of what it holds.
 *	  For this folder only.
 *
 * The slot's name is "dynamo_<OID of the database>_<installation>": a slot of
 * this database with another installation is one that nobody will drain.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_SLOT_H
#define DYN_STREAM_SLOT_H

#include "stream/capture.h"

typedef enum DynSlotCheck
{
	DYN_CAPTURE_SLOT_GOOD,
	DYN_CAPTURE_SLOT_MISSING,
	DYN_CAPTURE_SLOT_INVALID	/* its WAL was removed */
} DynSlotCheck;

/* The name of the slot for an installation; palloc'd. */
extern char *dyn_slot_name(const pg_uuid_t *incarnation);

extern DynSlotCheck dyn_slot_check(const char *name);

/* Drop the slots of this database that nobody uses, but for the one named (or NULL). */
extern void dyn_slots_drop(const char *keep);

/*
 * Make the slot, waiting for all transactions that run to end; returns from
 * which position on commits can be decoded.  Outside transactions.
 */
extern XLogRecPtr dyn_slot_make(const char *name);

/* Begin to decode the commits at or after a position.  Outside transactions. */
extern void dyn_decoding_begin(const char *name, XLogRecPtr position);

/* End it, and give the slot back. */
extern void dyn_decoding_end(void);

/*
 * Decode what was flushed, into the spool, until there is no more or the
 * spool has so many bytes; returns the position up to which everything was
 * decoded.
 */
extern XLogRecPtr dyn_decode(Size max_bytes);

/* Tell the slot that what is before a position is stored. */
extern void dyn_slot_confirm(XLogRecPtr position);

#endif							/* DYN_STREAM_SLOT_H */
