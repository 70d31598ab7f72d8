/*-------------------------------------------------------------------------
 *
 * partiql_json.h
 *	  What the operations that take PartiQL have in common.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_PARTIQL_JSON_H
#define DYN_API_PARTIQL_JSON_H

#include "base/json_read.h"
#include "item/value.h"

/* The text of a statement, and the values of its parameters; palloc'd, or slices of the request. */
typedef struct DynStatementText
{
	const char *text;
	size_t		length;
	int			nparameters;
	DynValue   *parameters;
} DynStatementText;

/* Read Statement and Parameters.  Raises the service's errors of values. */
extern void dyn_read_statement(const DynJson *json, DynStatementText *statement);

/* What IAM calls what the statement of a request does ("PartiQLSelect"), and its table, palloc'd. */
extern const char *dyn_statement_action(const DynJson *request, const char **table);

/* Is it a SELECT?  Both are for requests whose statement could be read. */
extern bool dyn_statement_reads(const DynJson *request);

#endif							/* DYN_API_PARTIQL_JSON_H */
