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

/* ---- parser.c ---- */

/* Take the next token if it is this one. */
extern bool dyn_partiql_accept_word(DynPartiqlParser *parser, const char *word);
extern bool dyn_partiql_accept_symbol(DynPartiqlParser *parser, const char *symbol);

/* Raise that the statement is not well formed, at the next token. */
pg_noreturn extern void dyn_partiql_syntax_error(const DynPartiqlParser *parser, const char *detail);

/* Make a node for the next token, which is not taken. */
extern DynPartiqlNode *dyn_partiql_make_node(const DynPartiqlParser *parser, DynPartiqlKind kind);

/* Take the next token as a name; give a name in upper or lower case, NUL-terminated. */
extern DynPartiqlName dyn_partiql_take_name(DynPartiqlParser *parser);
extern DynPartiqlName dyn_partiql_change_case(DynPartiqlName name, unsigned char (*change) (unsigned char));

/* ---- parse.c ---- */

extern DynPartiqlStatement *dyn_partiql_parse_select(DynPartiqlParser *parser);

/* Make a statement that begins with the next token. */
extern DynPartiqlStatement *dyn_partiql_make_statement(const DynPartiqlParser *parser, DynPartiqlVerb verb);

/* Read table or table.index, with an alias or without; "if_none" is what is told where there is none. */
extern DynPartiqlSource *dyn_partiql_parse_source(DynPartiqlParser *parser, const char *if_none);
extern DynPartiqlSource *dyn_partiql_parse_aliased_source(DynPartiqlParser *parser, const char *if_none);

/* Read WHERE, if it is there. */
extern void dyn_partiql_parse_where(DynPartiqlParser *parser, DynPartiqlStatement *statement);

/* ---- parse_write.c ---- */

extern DynPartiqlStatement *dyn_partiql_parse_insert(DynPartiqlParser *parser);
extern DynPartiqlStatement *dyn_partiql_parse_update(DynPartiqlParser *parser);
extern DynPartiqlStatement *dyn_partiql_parse_from_update(DynPartiqlParser *parser);
extern DynPartiqlStatement *dyn_partiql_parse_delete(DynPartiqlParser *parser);

/* ---- parse_expression.c ---- */

extern DynPartiqlNode *dyn_partiql_parse_expression(DynPartiqlParser *parser);

/* ---- parse_term.c ---- */

extern DynPartiqlNode *dyn_partiql_parse_term(DynPartiqlParser *parser);

/* Read a path, which begins with the next token. */
extern void dyn_partiql_parse_path(DynPartiqlParser *parser, DynPartiqlPath *path);

/* Read ( ... ): a sequence, also of one, or a subquery. */
extern DynPartiqlNode *dyn_partiql_parse_parentheses(DynPartiqlParser *parser);

#endif							/* DYN_PARTIQL_PARSER_H */
