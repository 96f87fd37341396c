/** What somebody may do: a guest sees figures and verdicts; a viewer sources and hidden tests, too; an operator acts. */
export const roles = ['guest', 'viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Visitor {
  readonly role: Role;
  /** For the audit log; a guest has none. */
  readonly name: string | undefined;
  /** How the visitor is known. A browser sends a cookie, and what its proxy adds, with every request, whoever made it. */
  readonly by: 'nothing' | 'session' | 'proxy' | 'bearer';
  /** What a form of this visitor carries, so that no other site can send it. */
  readonly formToken: string;
}

export function mayBe(visitor: Visitor, needed: Role): boolean {
  return roles.indexOf(visitor.role) >= roles.indexOf(needed);
}
