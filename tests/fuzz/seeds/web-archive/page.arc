filedesc://a.arc 0.0.0.0 20200101000000 text/plain 70
1 0 Example
URL IP-address Archive-date Content-type Archive-length


https://news.example/rain 127.0.0.1 20200101000000 text/html 294
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8

<html><head><title>Rain falls</title></head><body><article><h1>Rain falls</h1><p>It rained in Lima on Tuesday, the mayor said, and it poured in Callao all night.</p><p>The road to Puno was shut on Wednesday.</p></article></body></html>
