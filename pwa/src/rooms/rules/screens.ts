/** The screens of this room by their path in app/routes.ts, each fetched when it is opened. */
import type { ComponentType } from "preact";

type Load = () => Promise<{ default: ComponentType<{ id: string | null }> }>;

export const SCREENS: Readonly<Record<string, Load>> = {};
