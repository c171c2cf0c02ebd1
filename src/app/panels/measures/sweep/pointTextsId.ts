/** Where the texts of a point stand on the page. */
export const pointTextsId = 'sweep-point-texts';
