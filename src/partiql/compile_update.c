/*-------------------------------------------------------------------------
 *
 * compile_update.c
 *	  SET and REMOVE as an update; a SELECT list as a projection.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "partiql/compile.h"

static void add_change(DynPartiqlBuilder *builder, const DynPartiqlChange *change);
static bool add_set_function(DynPartiqlBuilder *builder, const DynPartiqlChange *change, DynAction *action);
static DynNode *compile_right_side(DynPartiqlBuilder *builder, const DynPartiqlNode *node);
static DynNode *compile_call(DynPartiqlBuilder *builder, const DynPartiqlNode *node);
static bool is_same_path(const DynPartiqlPath *a, const DynPartiqlPath *b);
pg_noreturn static void raise_operator(const DynPartiqlBuilder *builder, const DynPartiqlNode *node);

const DynBinding *
dyn_partiql_compile_update(const DynPartiqlInput *input, const List *changes)
{
	DynPartiqlBuilder builder;
	ListCell   *cell;

	dyn_partiql_builder_init(&builder, input, DYN_EXPR_UPDATE);
	builder.expression->actions = palloc0(sizeof(DynAction) * list_length(changes));
	foreach(cell, changes)
		add_change(&builder, lfirst(cell));
	if (builder.noperators > DYN_MAX_OPERATORS)
		dyn_partiql_refuse(psprintf("An update has at most %d operators.", DYN_MAX_OPERATORS),
						   "The expression contains too many operators; operator count: %d", builder.noperators);
	dyn_targets_make(builder.binding);
	dyn_targets_check(builder.binding);
	dyn_update_check(builder.binding);
	return builder.binding;
}

static void
add_change(DynPartiqlBuilder *builder, const DynPartiqlChange *change)
{
	DynAction  *action = &builder->expression->actions[builder->expression->nactions];

	action->path = dyn_partiql_add_path(builder, &change->path);
	if (change->value == NULL)
		action->kind = ACTION_REMOVE;
	else if (!add_set_function(builder, change, action))
	{
		action->kind = ACTION_SET;
		action->value = compile_right_side(builder, change->value);
	}
	builder->expression->nactions++;
}

/* SET a = set_add(a, <<...>>) is ADD, set_delete is DELETE. */
static bool
add_set_function(DynPartiqlBuilder *builder, const DynPartiqlChange *change, DynAction *action)
{
	const DynPartiqlNode *call = change->value;
	const char *text = builder->input->statement->text;
	const char *hint = "Write SET path = set_add(path, <<...>>), the same path twice; or set_delete.";
	const char *name;
	DynValue	set;

	if (call->kind != PARTIQL_NODE_CALL)
		return false;
	if (strcmp(call->name.data, "set_add") == 0)
	{
		action->kind = ACTION_ADD;
		name = "SET_ADD";
	}
	else if (strcmp(call->name.data, "set_delete") == 0)
	{
		action->kind = ACTION_DELETE;
		name = "SET_DELETE";
	}
	else
		return false;

	if (call->nargs != 2)
		dyn_partiql_refuse(hint, "%s must have exactly two arguments%s", name, dyn_partiql_at(text, call->place));
	if (call->args[0]->kind != PARTIQL_NODE_PATH || !is_same_path(&call->args[0]->path, &change->path))
		dyn_partiql_refuse(hint, "The first argument to %s must equal the assignment value%s", name,
						   dyn_partiql_at(text, call->place));
	if (dyn_partiql_is_constant(call->args[1]))
		set = dyn_partiql_value(builder->input, call->args[1]);
	if (!dyn_partiql_is_constant(call->args[1]) || !DYN_TAG_IS_SET(set.tag))
		dyn_partiql_refuse(hint, "The second argument to %s must be a value with type SET%s", name,
						   dyn_partiql_at(text, call->args[0]->place));
	action->value = dyn_partiql_value_node(builder, &set);
	return true;
}

static bool
is_same_path(const DynPartiqlPath *a, const DynPartiqlPath *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (dyn_steps_compare(&a->steps[i], &b->steps[i]) != 0)
			return false;
	return true;
}

static DynNode *
compile_right_side(DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	DynValue	value;
	DynNode    *left;

	check_stack_depth();
	if (dyn_partiql_is_constant(node) || node->kind == PARTIQL_NODE_MISSING)
	{
		value = dyn_partiql_value(builder->input, node);
		return dyn_partiql_value_node(builder, &value);
	}
	switch (node->kind)
	{
		case PARTIQL_NODE_PATH:
			return dyn_partiql_path_node(builder, &node->path);
		case PARTIQL_NODE_CALL:
			return compile_call(builder, node);
		case PARTIQL_NODE_IS:
			dyn_partiql_refuse("Put it into the WHERE clause.", "IS operator is not supported in update expressions");
		case PARTIQL_NODE_ARITHMETIC:
			if (node->name.length != 1 || (node->name.data[0] != '+' && node->name.data[0] != '-'))
				raise_operator(builder, node);
			builder->noperators++;
			left = compile_right_side(builder, node->args[0]);
			return dyn_partiql_node(node->name.data[0] == '+' ? NODE_PLUS : NODE_MINUS, 2,
									left, compile_right_side(builder, node->args[1]));
		default:
			raise_operator(builder, node);
	}
}

static void
raise_operator(const DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	dyn_partiql_refuse("SET takes literals, parameters, paths, +, -, list_append, set_add and set_delete.",
					   "Unsupported operator in Update Expression. Operator: %.*s",
					   (int) node->place.length, builder->input->statement->text + node->place.start);
}

static DynNode *
compile_call(DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	DynNode    *call;

	if (strcmp(node->name.data, "list_append") != 0)
		dyn_partiql_refuse("The functions of SET are list_append, set_add and set_delete.",
						   "Unrecognized function: %s%s", node->name.data,
						   dyn_partiql_at(builder->input->statement->text, node->place));
	call = dyn_partiql_node(NODE_FUNCTION, node->nargs, NULL, NULL);
	call->function = FUNCTION_LIST_APPEND;
	for (int i = 0; i < node->nargs; i++)
		call->args[i] = compile_right_side(builder, node->args[i]);
	return call;
}

static int
compare_entries(const void *a, const void *b)
{
	const DynEntry *x = a;
	const DynEntry *y = b;
	int			order = memcmp(x->name, y->name, Min(x->name_length, y->name_length));

	return order != 0 ? order : (x->name_length > y->name_length) - (x->name_length < y->name_length);
}

/* Raise where two elements would have one name. */
static void
check_names(const DynBinding *projection)
{
	DynEntry   *entries = palloc(sizeof(DynEntry) * projection->ntargets);

	for (int i = 0; i < projection->ntargets; i++)
		dyn_path_end_name(projection->targets[i].steps, projection->targets[i].count, &entries[i]);
	qsort(entries, projection->ntargets, sizeof(DynEntry), compare_entries);
	for (int i = 1; i < projection->ntargets; i++)
		if (compare_entries(&entries[i - 1], &entries[i]) == 0)
			dyn_partiql_refuse("An attribute is returned by its own name, that of the path's end.",
							   "Duplicate identifiers in select clause: %.*s",
							   (int) entries[i].name_length, entries[i].name);
	pfree(entries);
}

const DynBinding *
dyn_partiql_compile_projection(const DynPartiqlInput *input, const List *selected)
{
	DynPartiqlBuilder builder;
	const DynPartiqlSelected *first = linitial(selected);
	ListCell   *cell;

	if (first->node->kind == PARTIQL_NODE_STAR)
		return NULL;
	dyn_partiql_builder_init(&builder, input, DYN_EXPR_PROJECTION);
	builder.expression->flat = true;
	foreach(cell, selected)
	{
		const DynPartiqlSelected *element = lfirst(cell);

		(void) dyn_partiql_add_path(&builder, &element->node->path);
	}
	dyn_targets_make(builder.binding);
	check_names(builder.binding);
	return builder.binding;
}
