/*-------------------------------------------------------------------------
 *
 * partiql.h
 *	  PartiQL: from the text of a statement to what the engine does.
 *
 *	text ─ tree.h ─ tree ─ compile.h ─ conditions, projections, updates
 *						 ─ plan.h ─ access path ─ engine
 *
 * ExecuteStatement: request in, response out, as in engine/item_operations.h.
 * Batches and transactions prepare and plan their statements with the same
 * functions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_PARTIQL_H
#define DYN_PARTIQL_PARTIQL_H

#include "nodes/parsenodes.h"

#include "engine/query.h"
#include "engine/transact_operations.h"
#include "partiql/plan.h"

/* ---- prepare.c ---- */

/* A statement of DynamoDB's, as far as it is known without its table. */
typedef struct DynPartiqlPrepared
{
	DynPartiqlInput input;
	const DynPartiqlStatement *statement;	/* that of the input; the SELECT in an EXISTS */
	DynTableName table_name;
	const char *index_name;		/* NULL: the table */
	size_t		index_name_length;
	const DynBinding *where;	/* NULL: none */
	const DynBinding *projection;	/* SELECT; NULL: all attributes */
	const DynBinding *update;	/* UPDATE */
	DynValue	item;			/* INSERT: M */
} DynPartiqlPrepared;

/*
 * Read and check a statement.  The text and the parameters must stay as long
 * as the result.  Raises the service's errors.
 */
extern void dyn_partiql_prepare(const char *text, size_t length, int nparameters, const DynValue *parameters,
								DynPartiqlPrepared *prepared);

/* ---- select.c ---- */

typedef struct ExecuteStatementRequest
{
	const DynPartiqlPrepared *prepared; /* not EXISTS */
	bool		consistent_read;
	int64		limit;			/* 0: none */
	const char *next_token;		/* NULL: from the beginning */
	size_t		next_token_length;
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_on_failure;

	DynItemReceiver receive;	/* as of a page */
	void	   *receive_arg;
} ExecuteStatementRequest;

typedef struct ExecuteStatementResponse
{
	char	   *next_token;		/* NULL: that was all */
	DynValue	last_evaluated_key; /* M, where there is a next token */
	DynConsumedCapacity consumed_capacity;
	bool		condition_failed;	/* nothing was written */
	bool		duplicate;		/* because the item that was to be inserted is there */
	bool		has_item;		/* the item that failed the condition, where it was asked for */
	DynValue	item;			/* M */
} ExecuteStatementResponse;

extern void dyn_execute_select(const ExecuteStatementRequest *request, ExecuteStatementResponse *response);

/* Plan a SELECT whose table is open; gives the index that it names, or NULL. */
extern void dyn_partiql_plan_prepared(const DynPartiqlPrepared *prepared, const DynTable *table, bool consistent_read,
									  const DynIndex **index, DynPartiqlPlan *plan);

/*
 * The key of a SELECT that must be for one item of a table and ask for
 * nothing else; raises for the operation that demands it.
 */
extern DynRequestKey dyn_partiql_key_of_select(const DynPartiqlPrepared *prepared, const DynTable *table,
											   bool consistent_read, const char *operation);

/* Raise that the setting does not allow to read a whole table. */
pg_noreturn extern void dyn_partiql_refuse_scan(void);

/* Raise that EXISTS belongs into a transaction. */
pg_noreturn extern void dyn_partiql_refuse_exists(void);

/* ---- write.c ---- */

/* The privileges that a statement needs on its table. */
extern AclMode dyn_partiql_privileges(const DynPartiqlStatement *statement);

extern void dyn_execute_write(const ExecuteStatementRequest *request, ExecuteStatementResponse *response);

/* The key and the condition of a write, or of an EXISTS, whose table is open. */
typedef struct DynPartiqlWrite
{
	DynRequestKey key;			/* not of an INSERT */
	const DynBinding *condition;	/* NULL: none */
} DynPartiqlWrite;

extern void dyn_partiql_plan_prepared_write(const DynPartiqlPrepared *prepared, const DynTable *table,
											DynPartiqlWrite *write);

/* ---- next_token.c ---- */

/* Make the token of a page that ended before this key; palloc'd. */
extern char *dyn_next_token_make(const DynPartiqlInput *input, const DynValue *last_evaluated_key);

/* Read one; raises the service's error unless it is of this statement and these parameters. */
extern DynValue dyn_next_token_read(const DynPartiqlInput *input, const char *token, size_t length);

/* Raise "Invalid NextToken". */
pg_noreturn extern void dyn_next_token_refuse(void);

#endif							/* DYN_PARTIQL_PARTIQL_H */
