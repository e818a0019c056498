import { describe, expect, it } from "vitest";
import { missingInWords } from "./missing";

const photo = (state: string, role = "before") => ({ state, role });

describe("photos that the server still waits for", () => {
  it("are counted out of all, on whose phone they are", () => {
    expect(missingInWords([photo("ready"), photo("expected"), photo("expected")])).toBe(
      "2 of 3 photos still on the warden's phone",
    );
    expect(missingInWords([photo("ready"), photo("expected", "after")])).toBe(
      "1 of 2 photos still on the crew's phone",
    );
    expect(missingInWords([photo("expected"), photo("expected", "after"), photo("ready")])).toBe(
      "2 of 3 photos still on the phones that took them",
    );
  });
  it("are said plainly when it is all of them or the only one", () => {
    expect(missingInWords([photo("expected")])).toBe("The photo is still on the warden's phone");
    expect(missingInWords([photo("expected"), photo("expected")])).toBe("All 2 photos still on the warden's phone");
  });
  it("say your phone to whoever took them, and a name where names are shown", () => {
    expect(missingInWords([photo("expected"), photo("received")], "your phone")).toBe(
      "1 of 2 photos still on your phone",
    );
    expect(missingInWords([photo("expected")], "Ash Warden's phone")).toBe("The photo is still on Ash Warden's phone");
  });
  it("say nothing when all are here, or none was taken", () => {
    expect(missingInWords([])).toBeNull();
    expect(missingInWords([photo("ready"), photo("received"), photo("refused")])).toBeNull();
  });
});
