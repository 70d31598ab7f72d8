/*-------------------------------------------------------------------------
 *
 * stream_specification.h
 *	  StreamSpecification of CreateTable and UpdateTable.
 *
 * Operations only note in dynamo.streams what is asked for; the stream worker
 * does it after their transaction.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_STREAM_SPECIFICATION_H
#define DYN_ENGINE_STREAM_SPECIFICATION_H

#include "engine/table_operations.h"

/* Check what needs no look at the table. */
extern void dyn_stream_specification_check(const DynStreamSpecification *specification, bool creating);

/* Note a stream for a table that this transaction has created. */
extern void dyn_stream_specification_create(const DynStreamSpecification *specification, const DynTableRow *row,
											const DynKeySchema *key_schema);

/* Note that the stream of a table, whose name is locked, is to be enabled or disabled. */
extern void dyn_stream_specification_update(const DynStreamSpecification *specification, const DynTableRow *row);

/* Fill in what a description says of streams, and what they make of the table's status. */
extern void dyn_stream_specification_describe(DynTableDescription *description);

#endif							/* DYN_ENGINE_STREAM_SPECIFICATION_H */
