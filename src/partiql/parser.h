/*-------------------------------------------------------------------------
 *
 * parser.h
 *	  What the files of the parser share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_PARSER_H
#define DYN_PARTIQL_PARSER_H

#include "partiql/tree.h"

typedef struct DynPartiqlParser
{
	const char *text;
	uint32		length;
	DynPartiqlToken *tokens;
	int			at;				/* the next token; PARTIQL_END is never passed */
	int			nparameters;	/* so far */
} DynPartiqlParser;

#define dyn_partiql_next(parser)		(&(parser)->tokens[(parser)->at])
#define dyn_partiql_after_next(parser)	(&(parser)->tokens[(parser)->at + (dyn_partiql_next(parser)->kind != PARTIQL_END)])

static inline DynPartiqlPlace
dyn_partiql_place(const DynPartiqlToken *token)
{
	return (DynPartiqlPlace) {token->start, token->length};
}

/* Is a token this word, in any case; is it this operator or punctuation? */
static inline bool
dyn_partiql_is_word(const DynPartiqlToken *token, const char *word)
{
	return token->kind == PARTIQL_WORD && token->length == strlen(word) &&
		pg_strncasecmp(token->value, word, token->length) == 0;
}

static inline bool
dyn_partiql_is_symbol(const DynPartiqlToken *token, const char *symbol)
{
	return (token->kind == PARTIQL_OPERATOR || token->kind == PARTIQL_PUNCTUATION) &&
		token->length == strlen(symbol) && memcmp(token->value, symbol, token->length) == 0;
}

/* Is it an identifier, quoted or not? */
static inline bool
dyn_partiql_is_identifier(const DynPartiqlToken *token)
{
	return token->kind == PARTIQL_QUOTED || (token->kind == PARTIQL_WORD && !token->reserved);
}

/* Take the next token if it is this one. */
extern bool dyn_partiql_accept_word(DynPartiqlParser *parser, const char *word);
extern bool dyn_partiql_accept_symbol(DynPartiqlParser *parser, const char *symbol);

/* Raise that the statement is not well formed, at the next token. */
pg_noreturn extern void dyn_partiql_syntax_error(const DynPartiqlParser *parser, const char *detail);

/* ---- parse.c ---- */

extern DynPartiqlStatement *dyn_partiql_parse_select(DynPartiqlParser *parser);

/* ---- parse_expression.c ---- */

extern DynPartiqlNode *dyn_partiql_parse_expression(DynPartiqlParser *parser);

/* Read a path, which begins with the next token. */
extern void dyn_partiql_parse_path(DynPartiqlParser *parser, DynPartiqlPath *path);

#endif							/* DYN_PARTIQL_PARSER_H */
