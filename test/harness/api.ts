// The public API over HTTP with one credential, by typed documents.
import type { TypedDocumentNode } from '@apollo/client';
import { print } from 'graphql';

export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data | null;
  readonly errors?: readonly ApiError[];
}

type Source<Data, Variables> = TypedDocumentNode<Data, Variables> | string;

export interface Api {
  /** The whole answer, whatever it is. */
  send<Data, Variables>(
    source: Source<Data, Variables>,
    variables?: Variables,
    headers?: Record<string, string>,
  ): Promise<Answer<Data>>;
  /** The data. @throws Error where there is any error. */
  ask<Data, Variables>(source: Source<Data, Variables>, variables?: Variables): Promise<Data>;
  /** The first error, where there must be one. */
  fails<Data, Variables>(source: Source<Data, Variables>, variables?: Variables): Promise<ApiError>;
}

/**
 * @param credential - an API key or embed token; left out, requests carry none.
 * @param always - headers of every request.
 */
export function openApi(url: string, credential?: string, always: Record<string, string> = {}): Api {
  const send: Api['send'] = async (source, variables, headers = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(credential && { authorization: `Bearer ${credential}` }),
        ...always,
        ...headers,
      },
      body: JSON.stringify({ query: typeof source === 'string' ? source : print(source), variables }),
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  };
  return {
    send,
    async ask(source, variables) {
      const { data, errors } = await send(source, variables);
      if (errors || !data) throw new Error(`Expected data, got ${JSON.stringify(errors)}`);
      return data;
    },
    async fails(source, variables) {
      const { errors } = await send(source, variables);
      if (!errors?.[0]) throw new Error('Expected an error, got none');
      return errors[0];
    },
  };
}
