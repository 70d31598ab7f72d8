/*-------------------------------------------------------------------------
 *
 * statements.h
 *	  Saved statements that read and write an item's row: the planned path.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_STATEMENTS_H
#define DYN_INDEX_STATEMENTS_H

#include "executor/spi.h"

#include "index/relation.h"

/* Parameters are the key, and where they are named: the new item, the item found. */
typedef enum DynStatement
{
	DYN_STATEMENT_READ,			/* key -> item */
	DYN_STATEMENT_LOCK,			/* key -> item; locks the row */
	DYN_STATEMENT_INSERT,		/* key, new */
	DYN_STATEMENT_REPLACE,		/* key, new, found */
	DYN_STATEMENT_DELETE		/* key, found */
} DynStatement;

#define DYN_STATEMENTS	(DYN_STATEMENT_DELETE + 1)

/* The statements of one relation, these and others; opaque. */
typedef struct DynStatements DynStatements;

/*
 * The statements of a relation, cached until it changes.  They stay usable
 * until dyn_statements_release, also if the relation changes meanwhile.
 */
extern DynStatements *dyn_statements_acquire(const DynRelation *relation);
extern void dyn_statements_release(DynStatements *statements);

/*
 * Run one, between SPI_connect and SPI_finish.  Returns the number of rows
 * read or written; SPI_tuptable has those read.  Without "read_only" it sees
 * what was committed, and what this transaction did, until now; with it, what
 * the active snapshot sees.
 */
extern uint64 dyn_statement_run(DynStatements *statements, const DynRelation *relation, DynStatement statement,
								Datum *values, bool read_only);

/*
 * Open a cursor for a SELECT of the relation that is given as a text; all of
 * its parameters are keys.  It reads one index in its order, and sees what the
 * active snapshot sees.  Saved like the others.
 */
extern Portal dyn_statement_open(DynStatements *statements, const DynRelation *relation, const char *text,
								 int nparameters, Datum *values);

#endif							/* DYN_INDEX_STATEMENTS_H */
