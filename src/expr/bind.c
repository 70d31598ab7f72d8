/*-------------------------------------------------------------------------
 *
 * bind.c
 *	  Names and values of a request meet its expressions.
 *
 * What needs them is checked on the way, in the service's order: a condition
 * by each of its simple conditions in turn (undefined names and values, then
 * check.c), an update as a whole (undefined names, undefined values, paths,
 * then check.c).  Names and values that no expression of the request uses
 * are refused last.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/bind.h"

struct DynBinder
{
	DynBinding *binding;		/* of the expression at hand */
	DynValue	names;			/* M of S: placeholders and names */
	const DynValues *values;
	bool	   *name_used;		/* by entry of names */
	bool	   *value_used;		/* by entry of values */
};

static DynValue map_names(const DynNames *names);
static void bind_condition(DynBinder *binder, const DynNode *node);
static void bind_update(DynBinder *binder);
static void resolve_operands(DynBinder *binder, const DynNode *node);
static void resolve_path(DynBinder *binder, const DynPath *path);
static void resolve_name(DynBinder *binder, uint32 slot, DynPathStep *step);
static void resolve_value(DynBinder *binder, uint32 slot);
static char *unused_keys(const DynValue *map, const bool *used);

DynBinder *
dyn_binder_begin(const DynNames *names, const DynValues *values)
{
	DynBinder  *binder = palloc0(sizeof(DynBinder));

	binder->names = map_names(names);
	binder->values = values;
	binder->name_used = palloc0(sizeof(bool) * (dyn_value_count(&binder->names) + 1));
	binder->value_used = palloc0(sizeof(bool) * (values != NULL ? dyn_value_count(values) + 1 : 1));
	return binder;
}

/* Names in the order of their placeholders, to be found quickly however many there are. */
static DynValue
map_names(const DynNames *names)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; names != NULL && i < names->count; i++)
	{
		const DynNameEntry *entry = &names->entries[i];
		DynValue	name = {DYN_TAG_S, entry->name_length, (const uint8 *) entry->name};

		dyn_builder_add(&builder, entry->placeholder, entry->placeholder_length, &name);
	}
	return dyn_builder_finish(&builder, 0);
}

DynBinding *
dyn_binder_bind(DynBinder *binder, const DynExpression *expression)
{
	DynBinding *binding = palloc0(sizeof(DynBinding));

	binder->binding = binding;
	binding->expression = expression;
	binding->paths = palloc0(sizeof(DynPathStep *) * (expression->npaths + 1));
	binding->values = palloc0(sizeof(DynValue) * (expression->nvalues + 1));

	if (expression->condition != NULL)
		bind_condition(binder, expression->condition);
	else if (expression->kind == DYN_EXPR_UPDATE)
		bind_update(binder);
	else
	{
		for (int i = 0; i < expression->npaths; i++)
			resolve_path(binder, expression->paths[i]);
		dyn_targets_make(binding);
		dyn_targets_check(binding);
	}
	return binding;
}

void
dyn_binder_end(DynBinder *binder)
{
	char	   *names = unused_keys(&binder->names, binder->name_used);
	char	   *values = binder->values != NULL ? unused_keys(binder->values, binder->value_used) : NULL;

	if (names != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", names),
				 errhint("Leave out what no expression of the request uses.")));
	if (values != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", values),
				 errhint("Leave out what no expression of the request uses.")));
}

/* The keys of the entries that are not marked, separated by commas; NULL where there are none. */
static char *
unused_keys(const DynValue *map, const bool *used)
{
	StringInfoData keys = {0};
	DynIterator iterator;
	DynEntry	entry;

	dyn_iterator_begin(&iterator, map);
	for (int i = 0; dyn_iterator_next(&iterator, &entry); i++)
	{
		if (used[i])
			continue;
		if (keys.data == NULL)
			initStringInfo(&keys);
		else
			appendStringInfoString(&keys, ", ");
		appendBinaryStringInfo(&keys, entry.name, entry.name_length);
	}
	return keys.data;
}

void
dyn_expressions_bind(int count, const DynExpression *const *expressions,
					 const DynNames *names, const DynValues *values, DynBinding **bindings)
{
	DynBinder  *binder = dyn_binder_begin(names, values);

	for (int i = 0; i < count; i++)
		bindings[i] = expressions[i] != NULL ? dyn_binder_bind(binder, expressions[i]) : NULL;
	dyn_binder_end(binder);
}

static void
bind_condition(DynBinder *binder, const DynNode *node)
{
	check_stack_depth();

	if (node->kind == NODE_AND || node->kind == NODE_OR || node->kind == NODE_NOT)
	{
		for (int i = 0; i < node->nargs; i++)
			bind_condition(binder, node->args[i]);
		return;
	}
	resolve_operands(binder, node);
	dyn_condition_check(binder->binding, node);
}

static void
bind_update(DynBinder *binder)
{
	const DynExpression *expression = binder->binding->expression;

	for (int i = 0; i < expression->npaths; i++)
		resolve_path(binder, expression->paths[i]);
	for (int i = 0; i < expression->nvalues; i++)
		resolve_value(binder, i);
	dyn_targets_make(binder->binding);
	dyn_targets_check(binder->binding);
	dyn_update_check(binder->binding);
}

/* Resolve what a simple condition names, in the order of the text. */
static void
resolve_operands(DynBinder *binder, const DynNode *node)
{
	check_stack_depth();

	if (node->kind == NODE_PATH)
		resolve_path(binder, node->path);
	else if (node->kind == NODE_VALUE)
		resolve_value(binder, node->slot);
	for (int i = 0; i < node->nargs; i++)
		resolve_operands(binder, node->args[i]);
}

static void
resolve_path(DynBinder *binder, const DynPath *path)
{
	DynPathStep *steps = palloc0(sizeof(DynPathStep) * path->count);

	for (int i = 0; i < path->count; i++)
	{
		const DynStep *step = &path->steps[i];

		if (step->kind == STEP_SLOT)
			resolve_name(binder, step->number, &steps[i]);
		else if (step->kind == STEP_INDEX)
			steps[i].index = (int32) step->number;
		else
		{
			steps[i].name = step->name;
			steps[i].name_length = step->name_length;
		}
	}
	if (path->count > DYN_MAX_NESTING)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The document path has too many nesting levels; nesting levels: %d",
						dyn_expression_kind_name(binder->binding->expression->kind), path->count),
				 errhint("A path has at most %d names and indexes.", DYN_MAX_NESTING)));
	dyn_bound_steps(binder->binding, path) = steps;
}

/* Find what the request calls a name slot. */
static void
resolve_name(DynBinder *binder, uint32 slot, DynPathStep *step)
{
	const DynExpression *expression = binder->binding->expression;
	const DynToken *token = &expression->names[slot];
	const char *placeholder = expression->text + token->start;
	DynValue	name;
	uint32		position;

	if (!dyn_map_find(&binder->names, placeholder, token->length, &name, &position))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: An expression attribute name used in the document path is not defined; attribute name: %s",
						dyn_expression_kind_name(expression->kind), pnstrdup(placeholder, token->length)),
				 errhint("Define it in ExpressionAttributeNames.")));
	binder->name_used[position] = true;
	if (name.length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("ExpressionAttributeNames contains invalid value: Empty attribute name for key %s",
						pnstrdup(placeholder, token->length)),
				 errhint("An attribute's name has 1 to %d bytes.", DYN_MAX_NAME_BYTES)));
	dyn_check_name((const char *) name.data, name.length);
	step->name = (const char *) name.data;
	step->name_length = name.length;
}

static void
resolve_value(DynBinder *binder, uint32 slot)
{
	const DynExpression *expression = binder->binding->expression;
	const DynToken *token = &expression->values[slot];
	const char *placeholder = expression->text + token->start;
	uint32		position;

	if (binder->values == NULL ||
		!dyn_map_find(binder->values, placeholder, token->length, &binder->binding->values[slot], &position))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: An expression attribute value used in expression is not defined; attribute value: %s",
						dyn_expression_kind_name(expression->kind), pnstrdup(placeholder, token->length)),
				 errhint("Define it in ExpressionAttributeValues.")));
	binder->value_used[position] = true;
}
