/*-------------------------------------------------------------------------
 *
 * transact_json.h
 *	  What the operations on several items, all or none, have in common as
 *	  JSON.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_TRANSACT_JSON_H
#define DYN_API_TRANSACT_JSON_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "engine/transact_operations.h"

/*
 * Read ClientRequestToken, which is for "items": what an answer is to contain
 * is not part of what is asked to be done.  NULL: there is none.
 */
extern const DynRequestToken *dyn_read_request_token(const DynJson *request, const DynJson *items);

/* Write Responses; answers are NULL where nothing is read. */
extern void dyn_write_transact_answers(int count, const TransactGetAnswer *answers, DynJsonWriter *response);

/* Write ConsumedCapacity, if it is asked for. */
extern void dyn_write_transact_capacities(DynReturnConsumedCapacity asked, int ntables,
										  const TransactTableAnswer *tables, DynJsonWriter *response);

/* Raise TransactionCanceledException, with the reasons as detail. */
pg_noreturn extern void dyn_raise_cancelled(int count, const DynCancellationReason *reasons);

/* Write Message and CancellationReasons instead. */
extern void dyn_write_cancelled(int count, const DynCancellationReason *reasons, DynJsonWriter *response);

#endif							/* DYN_API_TRANSACT_JSON_H */
