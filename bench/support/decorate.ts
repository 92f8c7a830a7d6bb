type Class = abstract new (...parameters: never[]) => object;

/** Node runs TypeScript by taking its types away, which leaves no decorators: this is what one comes down to. */
export function decorateMethod(target: Class, name: string, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  if (!descriptor) throw new Error(`${target.name} has no method ${name}`);
  for (const decorator of decorators) decorator(target.prototype, name, descriptor);
  Object.defineProperty(target.prototype, name, descriptor);
}

export function decorateParameter(target: Class, name: string, index: number, decorator: ParameterDecorator): void {
  decorator(target.prototype, name, index);
}

export function decorateField(target: Class, name: string, ...decorators: readonly PropertyDecorator[]): void {
  for (const decorator of decorators) decorator(target.prototype, name);
}
