// What the page of era D loads besides: all that the account has, and what was said about this image.

import { state } from "./state.js";

export async function loadLists() {
  const about = `/rest/app-chat/conversations/${state.conversation}/responses`;
  const paths = [
    "/rest/assets?workspaceKind=WORKSPACE_KIND_IMAGINE_ALL&orderBy=ORDER_BY_CREATE_TIME&pageSize=40",
    `${about}?conversationKind=CONVERSATION_KIND_IMAGINE`,
    about,
  ];
  await Promise.all(paths.map((path) => fetch(path).then((reply) => reply.text())));
}

/** @param {string} id @returns {Promise<string | undefined>} */
export async function addressOf(id) {
  const reply = await fetch("/rest/assets?workspaceKind=WORKSPACE_KIND_IMAGINE_ALL&orderBy=ORDER_BY_CREATE_TIME&pageSize=40");
  /** @type {{ assets: { assetId: string, key: string }[] }} */
  const { assets } = await reply.json();
  return assets.find((asset) => asset.assetId === id)?.key;
}
