import ts from 'typescript';

/** A text as its source makes it: what is written, and undefined where a value stands. */
export type Alternative = readonly (string | undefined)[];

const anything: readonly Alternative[] = [[undefined]];

/** All texts that an expression can give, as far as its file shows them. */
export function alternatives(words: ts.Expression): readonly Alternative[] {
  if (ts.isStringLiteralLike(words)) return [[words.text]];
  if (ts.isTemplateExpression(words)) return ofTemplate(words);
  if (ts.isConditionalExpression(words)) return [...alternatives(words.whenTrue), ...alternatives(words.whenFalse)];
  if (ts.isParenthesizedExpression(words)) return alternatives(words.expression);
  if (ts.isArrowFunction(words)) return ts.isBlock(words.body) ? ofReturns(words.body) : alternatives(words.body);
  if (ts.isBinaryExpression(words)) return ofBinary(words);
  if (ts.isIdentifier(words)) return ofName(words);
  if (ts.isCallExpression(words) && ts.isIdentifier(words.expression)) {
    const made = declarationOf(words.expression);
    return made && ts.isFunctionDeclaration(made) && made.body ? ofReturns(made.body) : anything;
  }
  return anything;
}

function ofTemplate({head, templateSpans}: ts.TemplateExpression): readonly Alternative[] {
  return templateSpans.reduce<readonly Alternative[]>(
    (before, {expression, literal}) => {
      const inside = ts.isConditionalExpression(expression) ? alternatives(expression) : anything;
      return before.flatMap((start) => inside.map((middle) => [...start, ...middle, literal.text]));
    },
    [[head.text]],
  );
}

function ofBinary({left, right, operatorToken}: ts.BinaryExpression): readonly Alternative[] {
  if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...alternatives(left), ...alternatives(right)];
  if (operatorToken.kind !== ts.SyntaxKind.PlusToken) return anything;
  const ends = alternatives(right);
  return alternatives(left).flatMap((start) => ends.map((end) => [...start, ...end]));
}

/** A constant gives what it is made of; a parameter gives anything. */
function ofName(name: ts.Identifier): readonly Alternative[] {
  const made = declarationOf(name);
  return made && ts.isVariableDeclaration(made) && made.initializer ? alternatives(made.initializer) : anything;
}

function ofReturns(block: ts.Block): readonly Alternative[] {
  const found: Alternative[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression) found.push(...alternatives(node.expression));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(block, visit);
  return found;
}

/** The nearest declaration of a name in the blocks around, a parameter among them. */
function declarationOf(name: ts.Identifier): ts.Declaration | undefined {
  for (let around: ts.Node = name.parent; !ts.isSourceFile(around); around = around.parent) {
    const found = declaredIn(around, name.text);
    if (found) return found;
  }
  return declaredIn(name.getSourceFile(), name.text);
}

function declaredIn(around: ts.Node, name: string): ts.Declaration | undefined {
  const declared = (each: ts.ParameterDeclaration | ts.VariableDeclaration): boolean =>
    ts.isIdentifier(each.name) ? each.name.text === name : each.name.elements.some((part) => part.getText() === name);
  if (ts.isFunctionLike(around)) return around.parameters.find(declared);
  if (!ts.isBlock(around) && !ts.isSourceFile(around)) return undefined;
  for (const statement of around.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
    const found = ts.isVariableStatement(statement) && statement.declarationList.declarations.find(declared);
    if (found) return found;
  }
  return undefined;
}
