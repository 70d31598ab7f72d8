/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Differences between PostgreSQL 15, 16, 17 and 18.
 *
 * The only file that asks for PG_VERSION_NUM.  It offers the newest
 * signature, or a neutral name, to everyone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_COMPAT_H
#define DYN_BASE_COMPAT_H

#include "pg_config.h"

#if PG_VERSION_NUM < 150000
#error "dynamo needs PostgreSQL 15 or later"
#endif

/* The macros of varlena values moved out of postgres.h. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

/*
 * Set up a JSON lexer in the caller's memory that leaves escapes to the
 * caller.  Since 17 a function does it without allocating.
 */
static inline void
dyn_json_lexer_begin(JsonLexContext *lex, const char *text, size_t length)
{
#if PG_VERSION_NUM >= 170000
	(void) makeJsonLexContextCstringLen(lex, text, length, PG_UTF8, false);
#else
	memset(lex, 0, sizeof(JsonLexContext));
	lex->input = lex->token_terminator = lex->line_start = unconstify(char *, text);
	lex->line_number = 1;
	lex->input_length = (int) length;
	lex->input_encoding = PG_UTF8;
#endif
}

#endif							/* DYN_BASE_COMPAT_H */
