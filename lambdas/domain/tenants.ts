/** The tenant that is there from the start, and that the key made at deployment belongs to. */
export const FIRST_TENANT = 'ten_00000000000000000000000000';
