"""User agents as they are met: who is a person, a program or a robot."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml
from ckanext.pcio.usage.clients import access, robots_list

PEOPLE = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 Safari Line/14.18.1",
    "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; motorola edge 30) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; V2217A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 [FBAN/FB4A;FBAV/480.0.0.54.88;]",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
    "Opera/9.80 (Windows NT 6.1; U; th) Presto/2.10.289 Version/12.02",
    "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8",
]
PROGRAMS = [
    "curl/8.9.1",
    "Wget/1.21.4",
    "Wget/1.20.3 (linux-gnu)",
    "python-requests/2.32.3",
    "Python-urllib/3.11",
    "Python/3.12 aiohttp/3.10.5",
    "python-httpx/0.27.2",
    "ckanapi/4.8 (+https://github.com/ckan/ckanapi)",
    "Java/17.0.9",
    "Java-http-client/21.0.2",
    "Apache-HttpClient/4.5.14 (Java/11.0.21)",
    "Jersey/2.41 (HttpUrlConnection 11.0.22)",
    "okhttp/4.12.0",
    "ReactorNetty/1.1.20",
    "Ruby",
    "Faraday v2.9.0",
    "Typhoeus - https://github.com/typhoeus/typhoeus",
    "libwww-perl/6.77",
    "LWP::Simple/6.77 libwww-perl/6.77",
    "WWW-Mechanize/2.18",
    "PHP/8.2.12",
    "GuzzleHttp/7",
    "Go-http-client/1.1",
    "Go-http-client/2.0",
    "axios/1.7.7",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "node",
    "undici",
    "got (https://github.com/sindresorhus/got)",
    "reqwest/0.12.8",
    "Dart/3.5 (dart:io)",
    "RestSharp/112.0.0.0",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; th-TH) WindowsPowerShell/5.1.19041.5007",
    "R (4.4.1 x86_64-w64-mingw32 x86_64 mingw32)",
    "libcurl/8.7.1 r-curl/5.2.2 httr/1.4.7",
    "httr2/1.0.5 r-curl/5.2.3 libcurl/8.6.0",
    "PostmanRuntime/7.42.0",
    "insomnia/10.1.1",
    "HTTPie/3.2.4",
    "Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)",
    "Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; +https://script.google.com; id: X)",
    "Mozilla/5.0 (compatible; GoogleDocs; apps-spreadsheets; +http://docs.google.com)",
    "Mozilla/5.0 QGIS/33407/Windows 11 Version 2009",
    "QGIS/3.34",
    "MyApp/1 CFNetwork/1568.200.51 Darwin/24.1.0",
    "aria2/1.37.0",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; "
    "+https://openai.com/chat",
    "",
    " ",
]
ROBOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
    "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
    "+https://openai.com/gptbot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; "
    "+claudebot@anthropic.com)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
    "(compatible; Bytespider; spider-feedback@bytedance.com)",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "anthropic-ai",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Scrapy/2.11.2 (+https://scrapy.org)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/131.0.0.0 Safari/537.36",
    "WhatsApp/2.23.20.0",
    "ia_archiver",
    "Nutch-1.18",
]


@pytest.mark.parametrize("user_agent", PEOPLE)
@pytest.mark.parametrize("api", [True, False])
def test_a_browser_is_a_person_also_where_its_scripts_call_the_api(user_agent, api):
    assert access(user_agent, api=api) == "regular"


@pytest.mark.parametrize("user_agent", PROGRAMS)
@pytest.mark.parametrize("api", [True, False])
def test_a_program_people_use_is_machine_use_and_never_a_robot(user_agent, api):
    assert access(user_agent, api=api) == "machine"


@pytest.mark.parametrize("user_agent", ROBOTS)
@pytest.mark.parametrize("api", [True, False])
def test_a_robot_is_a_robot(user_agent, api):
    assert access(user_agent, api=api) == "robot"


def test_a_client_nobody_knows_is_a_machine_only_at_the_api():
    assert access("ProvinceViewer/1.0", api=True) == "machine"
    assert access("ProvinceViewer/1.0", api=False) == "regular"


GENERAL = ["python-requests", "curl", "Wget", "Java", "okhttp", "Go-http-client", "PHP", "axios"]


@given(
    name=st.sampled_from(GENERAL),
    version=st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,3}){0,3}", fullmatch=True),
    rest=st.sampled_from(["", " (Linux x86_64)", " (Windows NT 10.0)", " OpenSSL/3.0.13"]),
)
@example(name="Java", version="1.8.0", rest="")
def test_no_version_of_a_general_client_is_a_robot(name, version, rest):
    assert access(f"{name}/{version}{rest}", api=False) == "machine"


@given(st.text())
def test_any_text_is_some_kind_of_client(user_agent):
    assert access(user_agent, api=True) in ("regular", "machine", "robot")


def test_the_list_says_where_it_is_from_and_of_what_day():
    robots = robots_list()
    assert robots.source == "https://github.com/atmire/COUNTER-Robots"
    assert robots.date == date(2024, 4, 22)
    assert len(robots.patterns) > 250
    for pattern in robots.patterns:
        assert re.compile(pattern)


def test_what_is_left_out_or_replaced_is_in_the_published_list():
    content = load_yaml(SCHEMAS_DIR / "robots.yaml", SCHEMAS_DIR / "robots.schema.json")
    changed = [pattern for group in content["left_out"] for pattern in group["patterns"]]
    changed += [entry["pattern"] for entry in content["replaced"]]
    assert set(changed) <= set(content["patterns"])
    assert len(changed) == len(set(changed))


def test_what_we_add_the_published_list_does_not_know():
    content = load_yaml(SCHEMAS_DIR / "robots.yaml", SCHEMAS_DIR / "robots.schema.json")
    for name in content["added"]:
        assert not any(re.search(known, name, re.IGNORECASE) for known in content["patterns"])
