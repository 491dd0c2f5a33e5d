"""What of the schema a document uses, by GraphQL's coordinates, such as `Claim.status`."""

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    NamedTypeNode,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    specified_scalar_types,
    visit,
)


def list_coordinates(schema: GraphQLSchema, document: DocumentNode) -> frozenset[str]:
    """List the fields, arguments, input fields, enum values and types of a valid document.

    A variable may bring any field of its input type, so all of them are used.
    """
    types = TypeInfo(schema)
    walk = CoordinateVisitor(schema, types)
    visit(document, TypeInfoVisitor(types, walk))
    return frozenset(walk.found)


class CoordinateVisitor(Visitor):
    """Notes what stands at each place of a document."""

    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._schema, self._types = schema, types
        self.found = set[str]()

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        """Note a field."""
        parent = self._types.get_parent_type()
        if parent is not None and not node.name.value.startswith("__"):
            self.found.add(f"{parent.name}.{node.name.value}")

    def enter_argument(self, node: ArgumentNode, *_args: object) -> None:
        """Note an argument of a field."""
        parent, field = self._types.get_parent_type(), self._types.get_field_def()
        if parent is None or field is None or self._types.get_directive() is not None:
            return
        fields = getattr(parent, "fields", {})
        name = next((name for name, each in fields.items() if each is field), None)
        if name is not None:
            self.found.add(f"{parent.name}.{name}({node.name.value}:)")

    def enter_object_field(self, node: ObjectFieldNode, *_args: object) -> None:
        """Note a field of an input that is written out."""
        parent = get_named_type(self._types.get_parent_input_type())
        if parent is not None:
            self.found.add(f"{parent.name}.{node.name.value}")

    def enter_enum_value(self, node: EnumValueNode, *_args: object) -> None:
        """Note a value of an enum that is written out."""
        kind = get_named_type(self._types.get_input_type())
        if kind is not None:
            self.found.add(f"{kind.name}.{node.value}")

    def enter_named_type(self, node: NamedTypeNode, *_args: object) -> None:
        """Note a type that is named, and for an input whatever it is made of."""
        self._note_type(node.name.value)

    def _note_type(self, name: str) -> None:
        if name in self.found or name in specified_scalar_types:
            return
        self.found.add(name)
        kind = self._schema.get_type(name)
        if isinstance(kind, GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                self.found.add(f"{name}.{field_name}")
                self._note_type(get_named_type(field.type).name)
