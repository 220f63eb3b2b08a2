/** A small set of our own, each with a name to find it by and to read out. */
const EMOJI = [
  [
    'Faces',
    '😀 grinning, 😄 smiling, 😂 tears of joy, 🙂 slight smile, 😉 wink, 😊 blushing, 😍 heart eyes, 😘 kiss, 😎 sunglasses, 🤔 thinking, 😐 neutral, 🙄 rolling eyes, 😬 grimace, 😴 asleep, 😢 crying, 😭 sobbing, 😡 angry, 😱 scream, 🥳 party, 🤗 hug, 🫠 melting, 🤯 mind blown, 🥲 smiling tear, 😇 halo',
  ],
  [
    'Hands',
    '👍 thumbs up, 👎 thumbs down, 👏 clapping, 🙌 raised hands, 🙏 thank you, 👋 waving, 🤝 handshake, 💪 strong, 👌 fine, ✌️ victory, 🤞 fingers crossed, ☝️ pointing up, 🫶 heart hands, ✍️ writing',
  ],
  [
    'Hearts and signs',
    '❤️ red heart, 🧡 orange heart, 💚 green heart, 💙 blue heart, 💔 broken heart, ✨ sparkles, 🔥 fire, 💯 hundred, ✅ done, ❌ cross, ❓ question, ❗ exclamation, 💬 speech, 🔒 locked, 🔑 key, ⏰ alarm clock',
  ],
  [
    'Things',
    '☕ coffee, 🍵 tea, 🍞 bread, 🍎 apple, 🍕 pizza, 🍰 cake, 🎂 birthday cake, 🍷 wine, 🎁 present, 🎉 celebration, 🎵 music, 📚 books, 📎 paper clip, 💡 idea, 🏠 house, 🚲 bicycle, 🚗 car, 🚆 train, ✈️ plane, 💻 laptop',
  ],
  [
    'Nature',
    '🌞 sun, 🌧️ rain, ❄️ snow, 🌈 rainbow, 🌱 seedling, 🌳 tree, 🌻 sunflower, 🌹 rose, 🍂 autumn leaves, 🐶 dog, 🐱 cat, 🐦 bird, 🐝 bee, 🐢 turtle',
  ],
] as const;

export interface Emoji {
  readonly picture: string;
  readonly name: string;
}

/** The groups of the set, in order. */
export function emojiGroups(): readonly { readonly title: string; readonly emoji: readonly Emoji[] }[] {
  return EMOJI.map(([title, list]) => ({ title, emoji: list.split(', ').map(toEmoji) }));
}

function toEmoji(entry: string): Emoji {
  const space = entry.indexOf(' ');
  return { picture: entry.slice(0, space), name: entry.slice(space + 1) };
}
