// What one object of a reply says, whatever shape the reply has.

/** @param {Demo.Told} told */
export function factsOf(told) {
  const result = told.result ?? {};
  const inner = result.response ?? result;
  const answer = inner.modelResponse;
  return {
    error: told.error ?? inner.error,
    conversation: result.conversation?.conversationId,
    image: inner.streamingImageGenerationResponse,
    progress: inner.streamingVideoGenerationResponse,
    file: answer?.fileAttachments?.[0],
    isTalk: Boolean(answer && !answer.fileAttachments?.length),
  };
}
