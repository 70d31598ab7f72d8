/*-------------------------------------------------------------------------
 *
 * parser.c
 *	  Tokens, as the files of the parser take them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "partiql/parser.h"

bool
dyn_partiql_accept_word(DynPartiqlParser *parser, const char *word)
{
	if (!dyn_partiql_is_word(dyn_partiql_next(parser), word))
		return false;
	parser->at++;
	return true;
}

bool
dyn_partiql_accept_symbol(DynPartiqlParser *parser, const char *symbol)
{
	if (!dyn_partiql_is_symbol(dyn_partiql_next(parser), symbol))
		return false;
	parser->at++;
	return true;
}

void
dyn_partiql_syntax_error(const DynPartiqlParser *parser, const char *detail)
{
	dyn_partiql_not_well_formed(parser->text, parser->length, dyn_partiql_next(parser)->start, detail);
}

DynPartiqlNode *
dyn_partiql_make_node(const DynPartiqlParser *parser, DynPartiqlKind kind)
{
	DynPartiqlNode *node = palloc0(sizeof(DynPartiqlNode));

	node->kind = kind;
	node->place = dyn_partiql_place(dyn_partiql_next(parser));
	return node;
}

DynPartiqlName
dyn_partiql_take_name(DynPartiqlParser *parser)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);

	parser->at++;
	return (DynPartiqlName) {token->value, token->value_length, dyn_partiql_place(token)};
}

DynPartiqlName
dyn_partiql_change_case(DynPartiqlName name, unsigned char (*change) (unsigned char))
{
	char	   *data = palloc(name.length + 1);

	for (uint32 i = 0; i < name.length; i++)
		data[i] = change((unsigned char) name.data[i]);
	data[name.length] = '\0';
	name.data = data;
	return name;
}
