// The parts of the widget that are only loaded once they are wanted.
import { later } from "../later.js";
import { learn } from "../start.js";

const DOING = "state.drawing";
const plans = () => learn("plan/");
// One after the other: each builds on the words that are there.
const many = () => plans().then(() => learn("many/"));

export const PlanPlace = later(() => import("./plan.js").then(({ Plan }) => Plan), plans, DOING);
export const ConversionPlace = later(() =>
  import("./conversion.js").then(({ Conversion }) => Conversion), plans, DOING);
export const ManyPlace = later(() => import("../many/many.js").then(({ Many }) => Many), many, DOING);
