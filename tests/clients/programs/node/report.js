// Prints a section for each feature; the test compares the sections of two servers.

export async function section(name, body) {
  console.log(`== ${name}`);
  try {
    await body();
  } catch (failure) {
    console.log("FAILED", failure);
  }
}

export function show(value) {
  console.log(
    JSON.stringify(value, (_, item) => {
      if (typeof item === "bigint") return `${item}n`;
      if (typeof item === "number" && !Number.isFinite(item)) return String(item);
      return item;
    }),
  );
}

export async function error(body) {
  try {
    await body();
    console.log("no error");
  } catch (failure) {
    show([failure.code, failure.message, failure.severity, failure.position]);
  }
}
