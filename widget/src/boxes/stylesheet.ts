// All that the boxes look like, as one text for a constructed sheet or a style element.
import board from './board.css?inline';
import layouts from './layouts.css?inline';

export const css = board + layouts;
