/** The screens of the Environmental Visual Audit. Each is fetched when it is opened. */
import type { Route } from "../../app/routes";

const SCREENS: readonly Route[] = [];

export default SCREENS;
