/*-------------------------------------------------------------------------
 *
 * to_query.h
 *	  A SELECT as a query of Postgres, for dynamo.partiql.
 *
 *	statement ─ parse.c ─ tree ─ to_query.c			all of the query
 *							   ─ to_query_from.c	tables, indexes and joins
 *							   ─ to_query_list.c	what is selected
 *							   ─ to_query_condition.c
 *							   ─ to_query_value.c	paths, literals, parameters, aggregates
 *		─ text ─ index/row_function.h
 *
 * Each part appends SQL that finds nothing through search_path.  Values are
 * of type dynamo.value; what is missing is NULL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_TO_QUERY_H
#define DYN_PARTIQL_TO_QUERY_H

#include "access/tupdesc.h"
#include "lib/stringinfo.h"

#include "engine/page.h"
#include "partiql/compile.h"

/* A table or an index of the FROM, open. */
typedef struct DynQuerySource
{
	const DynPartiqlSource *source;
	DynPageRequest request;
	DynPage		page;
	const char *alias;			/* in SQL */
	const char *item;			/* its column, in SQL */
	bool		keyed;			/* does a condition name partitions? */
	bool		settled;		/* are they known, once those of other tables are? */
} DynQuerySource;

/* Where in the statement something stands. */
typedef enum DynQueryClause
{
	DYN_CLAUSE_SELECT,
	DYN_CLAUSE_WHERE,
	DYN_CLAUSE_OTHER
} DynQueryClause;

typedef struct DynToQuery
{
	const DynPartiqlStatement *statement;
	int			nsources;
	DynQuerySource *sources;
	DynQueryClause clause;
	bool		grouped;		/* by GROUP BY, or there are aggregates */
	bool		in_aggregate;
	List	   *groups;			/* of char *: what is grouped by, in SQL */
	List	   *outputs;		/* of DynQueryOutput; NIL: all of the item */
	List	   *parameters;		/* of Node, as they are passed; NIL: that is not known */
} DynToQuery;

/* ---- to_query_from.c ---- */

/*
 * Open the tables of the statement and find its indexes; close them in the
 * opposite order.  Raises the service's errors.
 */
extern void dyn_to_query_open(DynToQuery *query);

extern void dyn_to_query_from(DynToQuery *query, StringInfo out);

/* AND it is in its index: what is not, is not there. */
extern void dyn_to_query_presence(StringInfo out, const DynQuerySource *source);

/* ---- to_query_value.c ---- */

extern void dyn_to_query_value(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);

/* Is there an aggregate in it? */
extern bool dyn_has_aggregate(const DynPartiqlNode *node);

/* What a path is of; *first is its first step after the name of the source. */
extern const DynQuerySource *dyn_to_query_source(const DynToQuery *query, const DynPartiqlPath *path, int *first);

/* ---- to_query_condition.c ---- */

/* SQL that is true where the condition is, and false or NULL where it is not. */
extern void dyn_to_query_condition(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);

/* ---- to_query_list.c ---- */

/* An attribute of the result. */
typedef struct DynQueryOutput
{
	const char *name;			/* not NUL-terminated */
	uint32		name_length;
	const char *value;			/* SQL */
} DynQueryOutput;

/* Find the outputs of a SELECT list. */
extern void dyn_to_query_outputs(DynToQuery *query);

/* An item of them. */
extern void dyn_to_query_item(DynToQuery *query, StringInfo out);

/* Columns of these names and types: attributes of an item in SQL (NULL: the outputs), cast. */
extern void dyn_to_query_columns(DynToQuery *query, StringInfo out, TupleDesc columns, const char *item);

/* What a source has of its item. */
extern void dyn_to_query_whole_item(const DynQuerySource *source, StringInfo out);

#endif							/* DYN_PARTIQL_TO_QUERY_H */
