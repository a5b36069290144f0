(function () {
  var a = {b: 1};
  if (a.b) { document.title = "Rain falls"; }
})();
