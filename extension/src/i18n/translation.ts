type MoreForms = 'zero' | 'one' | 'two' | 'few' | 'many';

/**
 * English messages in another language: all of them with the same placeholders, and of those about a number of things as many forms as the
 * language has (`_other` holds where one is left out).
 */
export type Translation<English> = {
  readonly [Key in keyof English as Key extends `${string}_one` ? never : Key]: string;
} & {
  readonly [Key in keyof English as Key extends `${infer Base}_other` ? `${Base}_${MoreForms}` : never]?: string;
};
