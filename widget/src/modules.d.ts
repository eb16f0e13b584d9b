declare module '*.css?inline' {
  const css: string;
  export default css;
}

/** One operation of schema/widget.graphql with its fragments, as the text that goes over the wire. */
declare module 'operation:*' {
  const text: string;
  export default text;
}

/** The version of the package, put in by the build. */
declare const __VERSION__: string;
