/** The design system, for rooms. What loads before them (app/) imports the single files, so that it
 *  brings only its own part. */
export { Banner, Skeleton } from "./Banner";
export { BottomBar, type NavItem, RailNav, TopBar } from "./Bars";
export { ActionBar, Button, type ButtonKind, LinkButton } from "./Button";
export { Card, Empty, Fact, Section } from "./Card";
export { Chip, type Choice, Choices, Tag } from "./Chip";
export { ClockBar } from "./ClockBar";
export type { ClockTimes, Pause } from "./clock";
export { counted } from "./counted";
export { Due } from "./Due";
export { longDay } from "./days";
export {
  agoInWords,
  COUNCIL_ZONE,
  clockNow,
  clockTime,
  type DueState,
  dueInWords,
  dueState,
  exactTime,
  spanInWords,
} from "./due";
export { Checkbox, Field, type Option, RadioCards, Select, TextArea } from "./Field";
export { CategoryIcon, Icon } from "./Icon";
export type { IconName } from "./icons";
export { LongList } from "./LongList";
export { isLocal, setLocalPhotos, useLocalSrc } from "./local-src";
export { missingInWords } from "./missing";
export { Photo } from "./Photo";
export { MissingPhotos, PhotoSet } from "./PhotoSet";
export { pausesOf } from "./pauses";
export { cameBackInWords } from "./recurrence";
export { Sheet } from "./Sheet";
export { Story, type StoryStep } from "./Story";
export {
  DEFECT_STATUS,
  DUE_STATUS,
  JOB_KIND,
  JOB_STATUS,
  SEVERITY,
  type Status,
  SYNC_STATUS,
  statusOf,
  type Tone,
} from "./status";
export { type Column, Table } from "./Table";
export { useNow } from "./useNow";
