/*-------------------------------------------------------------------------
 *
 * builder.c
 *	  Making the bound trees of expressions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "partiql/compile.h"

void
dyn_partiql_builder_init(DynPartiqlBuilder *builder, const DynPartiqlInput *input, DynExpressionKind kind)
{
	memset(builder, 0, sizeof(DynPartiqlBuilder));
	builder->input = input;
	builder->path_room = 8;
	builder->value_room = 8;
	builder->expression = palloc0(sizeof(DynExpression));
	builder->expression->kind = kind;
	builder->expression->context = CurrentMemoryContext;
	builder->expression->text = "";
	builder->expression->partiql = true;
	builder->expression->paths = palloc(sizeof(DynPath *) * builder->path_room);
	builder->binding = palloc0(sizeof(DynBinding));
	builder->binding->expression = builder->expression;
	builder->binding->paths = palloc(sizeof(DynPathStep *) * builder->path_room);
	builder->binding->values = palloc(sizeof(DynValue) * builder->value_room);
}

void
dyn_partiql_check_path(const DynPartiqlPath *path)
{
	const char *hint = "Name the elements that are wanted one by one.";

	if (path->unpivot)
		dyn_partiql_refuse(hint, "Unpivot path component like a.*.b are not supported");
	if (path->wildcard)
		dyn_partiql_refuse(hint, "Wildcard path component like a[*].b are not supported");
	if (path->count > DYN_MAX_NESTING)
		dyn_partiql_refuse(psprintf("A path has at most %d names and indexes.", DYN_MAX_NESTING),
						   "The document path has too many nesting levels; nesting levels: %d", path->count);
	for (int i = 0; i < path->count; i++)
		if (path->steps[i].name != NULL)
			dyn_check_name(path->steps[i].name, path->steps[i].name_length);
}

DynPath *
dyn_partiql_add_path(DynPartiqlBuilder *builder, const DynPartiqlPath *path)
{
	DynExpression *expression = builder->expression;
	DynPath    *added = palloc0(sizeof(DynPath));

	dyn_partiql_check_path(path);
	if (expression->npaths == builder->path_room)
	{
		builder->path_room *= 2;
		expression->paths = repalloc(expression->paths, sizeof(DynPath *) * builder->path_room);
		builder->binding->paths = repalloc(builder->binding->paths, sizeof(DynPathStep *) * builder->path_room);
	}
	added->id = expression->npaths;
	added->count = path->count;
	expression->paths[added->id] = added;
	builder->binding->paths[added->id] = path->steps;
	expression->npaths++;
	return added;
}

DynNode *
dyn_partiql_node(DynNodeKind kind, int nargs, DynNode *first, DynNode *second)
{
	DynNode    *node = palloc0(sizeof(DynNode));

	node->kind = kind;
	node->nargs = nargs;
	node->args = palloc0(sizeof(DynNode *) * (nargs + 1));
	if (nargs > 0)
		node->args[0] = first;
	if (nargs > 1)
		node->args[1] = second;
	return node;
}

DynNode *
dyn_partiql_path_node(DynPartiqlBuilder *builder, const DynPartiqlPath *path)
{
	DynNode    *node = dyn_partiql_node(NODE_PATH, 0, NULL, NULL);

	node->path = dyn_partiql_add_path(builder, path);
	return node;
}

DynNode *
dyn_partiql_value_node(DynPartiqlBuilder *builder, const DynValue *value)
{
	DynExpression *expression = builder->expression;
	DynNode    *node = dyn_partiql_node(NODE_VALUE, 0, NULL, NULL);

	if (expression->nvalues == builder->value_room)
	{
		builder->value_room *= 2;
		builder->binding->values = repalloc(builder->binding->values, sizeof(DynValue) * builder->value_room);
	}
	node->slot = expression->nvalues;
	builder->binding->values[expression->nvalues++] = *value;
	return node;
}
