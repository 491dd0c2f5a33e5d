-- The parameters 政策参数 that an installation starts with (X6), approved by nobody in person.

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, 'minimum_wage', region, NULL, value, 'yuan / month',
    '吉林省最低工资标准，自2021年12月1日起执行', true,
    date '2021-12-01', date '2024-09-30', 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '28531ae1-02d5-592e-97c1-b8b39ece406e', '220000', '1540'),
    (uuid '5e2c4050-c2ee-5a96-837e-9aa6b50d772a', '220100', '1880'),
    (uuid 'd0a629e7-f767-56b1-9739-efa82a4a8223', '220200', '1760'),
    (uuid 'c81fb35a-00e3-5576-8fe2-e73fe413e32d', '220300', '1640'),
    (uuid 'aef9b4a3-d201-51bc-b69f-a27204a02e96', '220400', '1640'),
    (uuid 'fc5e33b7-e821-5d4f-9289-22a8fcc24734', '220500', '1640'),
    (uuid '95e1ba30-36c6-52ed-9c8f-fc2d00bf40d3', '220600', '1640'),
    (uuid 'b8d2f825-03d4-5bdb-9588-9bdcb4e3e4c7', '220700', '1760'),
    (uuid 'c4b16460-83c1-54dd-b412-da78d8bddb0c', '220102', '1880'),
    (uuid '8dd9886a-9bf0-50b3-9fb1-c5d61e647854', '220103', '1880'),
    (uuid 'dcc5c70e-6adc-5f71-a193-b46d14e5cbfe', '220104', '1880'),
    (uuid '965c434c-7b40-5196-9044-dc8358a0b443', '220105', '1880'),
    (uuid '40687ff7-8afe-563c-a2df-0266c6147594', '220106', '1880'),
    (uuid 'f23a3fa5-e9ae-504c-b3c8-f27189b28cb0', '220112', '1880'),
    (uuid '51d8b70d-8f96-5240-835e-924733bae8f7', '220113', '1880'),
    (uuid '5f9b9f59-4c73-554c-831d-3fe525436c1f', '220122', '1540'),
    (uuid '8a042591-909f-5af9-8f62-04b90fca1907', '220182', '1540'),
    (uuid '7d406c63-7145-5b3b-bc55-0b0bdf5d7f7d', '220183', '1540'),
    (uuid '9f2a50c6-9303-5aa0-b04b-01f53194288e', '220184', '1540'),
    (uuid '0a724273-f10b-5028-9c3e-bdeb98d18a57', '220202', '1760'),
    (uuid '3e703580-0eb3-59c7-b267-03e1d21c89f8', '220203', '1760'),
    (uuid 'facacf92-7f95-5ea8-b92c-2c4b52a2b3c6', '220204', '1760'),
    (uuid '1ffb1bc9-c496-5463-a8b0-eed767f05603', '220211', '1760'),
    (uuid '0940856b-4d69-57f0-93d2-5d7d63932a54', '220221', '1540'),
    (uuid 'db2a4ba7-ae8d-51f1-953a-b64e7d16fc8c', '220281', '1540'),
    (uuid 'acf993b9-2c3d-58cc-90c9-8ada8ab6bfba', '220282', '1540'),
    (uuid '93a63e0b-1920-59d8-b5ff-2d0249152222', '220283', '1540'),
    (uuid '521a58ff-68ac-5a95-bae9-c550a14ee17e', '220284', '1540'),
    (uuid '48cc0e6e-793e-5c0b-b702-4cc49691c939', '220302', '1640'),
    (uuid '761901dc-5fc6-5cc5-827a-a567e3c9b035', '220303', '1640'),
    (uuid '57fa7a28-0d93-524d-b488-c5f07a9f8fb9', '220322', '1540'),
    (uuid 'cd77451c-417f-50fb-9cbc-036493afaeb2', '220323', '1540'),
    (uuid 'b0affde1-41c3-52f5-934f-9744b80627c3', '220382', '1540'),
    (uuid '4b7d0c56-f273-5616-8067-7ed9dc17bfc5', '220402', '1640'),
    (uuid 'a8e20ee2-3179-5b59-baec-d418a3688733', '220403', '1640'),
    (uuid 'f0e41a36-1856-554d-a34e-e4fff2c3629c', '220421', '1540'),
    (uuid '609100e6-9f0d-55c8-b8c6-74d7e1e4be57', '220422', '1540'),
    (uuid '31085a2a-1bd6-53f3-bfa7-42405df673f3', '220502', '1640'),
    (uuid '349c1645-b9f3-5ce9-9d82-17f3f6c3526e', '220503', '1640'),
    (uuid '36eee692-fff0-5849-9caa-cf096db64fd8', '220521', '1540'),
    (uuid '033f02d0-1f0f-50ea-9e17-42c51aedf00a', '220523', '1540'),
    (uuid '4129e06d-cbb0-5aa8-b8df-6c41596f6a2b', '220524', '1540'),
    (uuid '71085bd1-3ecf-553b-baca-5a12d8784c75', '220581', '1540'),
    (uuid '0869735b-6355-5925-bfbb-b99f9141a197', '220582', '1540'),
    (uuid '5032c6e5-cba0-5685-8a5d-144ded50d096', '220602', '1640'),
    (uuid 'b3a5e42c-903b-53fd-b5b9-6a043d1f498f', '220605', '1640'),
    (uuid '7e148629-af53-5872-9d67-19d44c76ce73', '220621', '1640'),
    (uuid '7d34cbc1-823c-51d0-bf7f-09841b58d776', '220622', '1540'),
    (uuid '3a962fe9-62d1-5596-a874-b4ab5ad8c790', '220623', '1540'),
    (uuid '752e7337-a7f6-5fd7-b6c3-7cca66151359', '220681', '1540'),
    (uuid '9882c72f-4ee4-5f5a-9937-68b3e6cf79ec', '220702', '1760'),
    (uuid '730a1a94-6052-51c3-ba4a-31c654b73554', '220721', '1640'),
    (uuid '2c091bc3-a05c-5f36-9aaf-fbd2822b6901', '220722', '1540'),
    (uuid 'd3e5f05d-1e9b-5b6b-9099-ba24811a5e67', '220723', '1540'),
    (uuid 'd6c3741d-be96-55d8-ba6a-6df722ac68bd', '220781', '1540'),
    (uuid 'c68841a5-e51b-5366-8fb1-c66abe96ef96', '222401', '1760'),
    (uuid 'f39bc571-0f78-505f-80be-91ada848bd8a', '222404', '1760')
) AS seed (id, region, value);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, 'minimum_wage', region, NULL, value, 'yuan / month',
    '吉林省最低工资标准，自2024年10月1日起执行', true,
    date '2024-10-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '1a604cf8-d1db-5a26-928f-23b2d3aa86db', '220000', '1780'),
    (uuid '01bbc706-aa7a-5e59-a203-ae4eaa3529d3', '220100', '2120'),
    (uuid 'eb89b380-2d67-5bd9-86a5-44670050ae37', '220200', '1920'),
    (uuid 'ad705cc8-cd89-5fea-aea2-7ff450063516', '220600', '1920'),
    (uuid 'a22b06aa-0d99-5c0e-8ca9-9b594e022156', '220700', '1920'),
    (uuid 'e4f4185c-3849-52cf-8eb0-ca58dd29f222', '220102', '2120'),
    (uuid '34c1bacb-1312-5a51-8ff9-edbc98da9da2', '220103', '2120'),
    (uuid 'bd72ddd2-818a-59d4-a27f-1fc881b139ba', '220104', '2120'),
    (uuid 'b7216827-eed9-517a-b657-a4f8fedd8101', '220105', '2120'),
    (uuid '4e3f5ebe-5f05-5bae-b635-40ba4f24c6cb', '220106', '2120'),
    (uuid '37f3678e-6f99-56d2-8a29-27c2afe2d5da', '220112', '2120'),
    (uuid '2395806a-d7cd-563c-926f-f043089bb4e7', '220113', '2120'),
    (uuid 'a24c7a97-aa7e-5ab1-bd3c-713e560052b9', '220122', '1780'),
    (uuid 'db72f348-0673-52d6-b89a-ee6ca905b605', '220182', '1780'),
    (uuid 'fd97bdb9-8e8c-5622-8dff-02311ed6f29b', '220183', '1780'),
    (uuid '639fb739-e4b1-5d7d-b482-5b9007b36a17', '220184', '1780'),
    (uuid '27d12912-ec97-54bf-b61e-e14b5ae9460d', '220202', '1920'),
    (uuid '77204d6b-e43c-5da4-9777-aba79dbaa8d5', '220203', '1920'),
    (uuid '08bb6476-abeb-5b0a-94d7-6b283910faa8', '220204', '1920'),
    (uuid 'df8807ef-01d4-5e69-8f51-0cf2a605e05c', '220211', '1920'),
    (uuid 'eee82464-f9dc-5893-bb6c-b5dbc6bc591e', '220221', '1780'),
    (uuid '2ef05503-11a6-5c4a-9037-2e1ca6b14ede', '220281', '1780'),
    (uuid '6f7a31c1-223f-5e50-8672-b915672b3f24', '220282', '1780'),
    (uuid '3f0fa13d-0aeb-5e32-a197-cbe441734856', '220283', '1780'),
    (uuid 'efcb8f8c-c2f7-52a8-a7e1-1d5b62bc1de4', '220284', '1780'),
    (uuid '8f2eb66c-0dc0-5536-a5fe-7892e4938794', '220602', '1920'),
    (uuid '11ca4d8e-1c60-518f-86ac-e2281a91ba8e', '220605', '1920'),
    (uuid '52983e0b-9268-5c47-b8fa-f904158a97fc', '220621', '1780'),
    (uuid '9ef57f7c-5e8c-593f-9273-4730fbaef4b3', '220622', '1780'),
    (uuid 'fbfb9574-8396-515b-9a53-93b1bd008851', '220623', '1780'),
    (uuid '057e8cf6-289e-5e92-bc07-b39432348b00', '220681', '1780'),
    (uuid 'c629bd92-fe7e-5ad2-b471-18d082790b3c', '220702', '1920'),
    (uuid '74ff74db-c4de-5124-8073-1b3be5751e57', '220721', '1780'),
    (uuid 'e24add9a-0323-5e72-a3bc-a68c80263885', '220722', '1780'),
    (uuid '6ec4ee15-1505-513e-95aa-4ea328cd7288', '220723', '1780'),
    (uuid 'f0e89794-10de-5a5b-9071-dcf6b0502d93', '220781', '1780'),
    (uuid 'e3759aae-609f-5aa7-a0de-a2f6ca0ef2e8', '222401', '1920'),
    (uuid '87f8007b-6fff-555c-8387-ac592d3be20f', '222404', '1920')
) AS seed (id, region, value);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '吉林省就业见习单位端操作手册', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '0b7df46c-7a40-5c45-94cd-f091ef711679', 'internship.wage_floor_ratio',
        '220100', 'GRADUATE', '1.6', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '单一来源，待确认（规则手册第4节）', false,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '8ccdebda-4920-54b7-8155-4db447ce56ea', 'internship.wage_floor_ratio',
        '220000', 'GRADUATE', '1.6', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '公开通知（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '538358fe-1ac9-5886-a7af-d178e94763a2', 'internship.allowance_ratio',
        '220000', 'GRADUATE', '1.0', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '吉林省就业见习单位端操作手册', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '2b18d8d4-cad2-5073-a923-ac7c3c2df2e9', 'internship.wage_floor_ratio',
        '220100', 'SECONDARY_VOCATIONAL', '1.6', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '单一来源，待确认（规则手册第4节）', false,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '84ca15ff-25f7-57fe-bfe4-b5fc44a9c7fa', 'internship.wage_floor_ratio',
        '220000', 'SECONDARY_VOCATIONAL', '1.6', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '公开通知（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '5594c8ea-7347-5123-9157-54a52b578e68', 'internship.allowance_ratio',
        '220000', 'SECONDARY_VOCATIONAL', '1.0', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '吉林省就业见习单位端操作手册', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '2bd4b703-2b16-5ad2-97d4-33f09e6be0e9', 'internship.wage_floor_ratio',
        '220100', 'UNEMPLOYED_YOUTH', '1.2', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '单一来源，待确认（规则手册第4节）', false,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid 'b29a47c8-24fb-5d71-8072-6c28aba9be38', 'internship.wage_floor_ratio',
        '220000', 'UNEMPLOYED_YOUTH', '1.2', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '公开通知（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '34a5020c-ad62-5bd9-9235-a0662bc0c855', 'internship.allowance_ratio',
        '220000', 'UNEMPLOYED_YOUTH', '0.6', 'ratio')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '吉林省就业见习单位端操作手册', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '55b4b3f2-9584-5e7f-95fb-e9046e8ebd49', 'internship.min_months_for_claim',
        '220000', NULL, '3', 'months'),
    (uuid 'e9403a60-a14c-55f9-9198-1b952feb5235', 'internship.graduate_window_years',
        '220000', NULL, '2', 'years'),
    (uuid 'f4e02c21-5740-55c5-9d91-dc51f655677c', 'mentoring.retention_ratio',
        '220000', NULL, '0.5', 'ratio'),
    (uuid '574215d0-5260-5495-828d-296712af8b1a', 'mentoring.contract_months',
        '220000', NULL, '12', 'months'),
    (uuid '71c489ef-4667-5501-8bbd-ad30035933e3', 'mentoring.amount',
        '220000', NULL, '2000', 'yuan / person')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '公开通知（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '5acd86b4-6d59-5f4b-867c-55cd45b928dd', 'internship.max_months',
        '220000', NULL, '12', 'months'),
    (uuid '9cfaea6f-eec6-548d-9b5d-16c2be7e8b29', 'internship.youth_age',
        '220000', NULL, '16-24', 'years')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '项目约定（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '6f830990-64dd-5b60-9c9b-1881ef196f0f', 'mentoring.denominator',
        '220000', NULL, 'EMPLOYED_OR_TERM_COMPLETED', 'rule')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '四川省就业管理信息系统V2.0操作手册（疫情期间新增功能）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid 'b7a4baf8-29b8-5396-a122-48ce80dd12ec', 'hiring.unemployed_months',
        '510000', NULL, '6', 'months'),
    (uuid '0b86fbc5-b7fe-5b68-9097-857be3dcbb1e', 'hiring.contract_months',
        '510000', NULL, '12', 'months'),
    (uuid '46f6a46a-e5f9-525a-9ef0-5aae6a581fce', 'hiring.uninsured_months_before',
        '510000', NULL, '3', 'months'),
    (uuid '89e6e094-b330-5a4b-b390-85915b834a51', 'training.max_per_person',
        '510000', NULL, '3', 'trainings')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '公开通知（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid 'f3e93e84-bd68-5a1a-b63e-2a93c5397656', 'hiring.amount',
        '510000', NULL, '1000', 'yuan / person')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '项目约定（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '7124ea91-d05f-51f0-8dd4-1efad9590d17', 'training.payment_waits_for_completion',
        '510000', NULL, 'false', 'flag'),
    (uuid '1c464b54-f48a-5d18-b80d-8fc599e01186', 'training.pass_mark',
        '510000', NULL, '60', 'marks')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '单一来源，待确认（规则手册第4节）', false,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid 'c956ce2d-de56-510b-bed8-8da643fc5b8d', 'service.amount',
        '510000', NULL, '400', 'yuan / person'),
    (uuid 'f54d4999-3136-5490-82bb-998fd12184fe', 'training.amount',
        '510000', NULL, '0.95 at most 600', 'yuan / person'),
    (uuid '6dc2e36c-7e1d-5691-bde4-64c408d06977', 'programme.period',
        '510000', NULL, '2020-02-01/2022-12-31', 'days'),
    (uuid 'cc6d6906-3cd5-5aed-b6c0-194fd413ba35', 'internship.min_days',
        '000000', NULL, '15', 'days')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, key, region, category, value, unit,
    '项目约定（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '1ac3dabf-baf7-50c6-802a-9188ccd9eda1', 'publicity.days',
        '000000', NULL, '5 working', 'days'),
    (uuid '649b2102-3e83-573f-86ab-4a05a1122e89', 'publicity.shown_days_after',
        '000000', NULL, '15', 'days'),
    (uuid '6b9c37c6-e993-5c70-9add-174f686ea952', 'post.review_required',
        '000000', NULL, 'false', 'flag'),
    (uuid 'bed68f87-fb72-5b90-a60a-c624e45fffaa', 'attachments.required',
        '000000', NULL, 'none', 'kinds'),
    (uuid 'ac9492ec-b985-5e78-9d7a-1669f2ad442a', 'attachments.types',
        '000000', NULL, 'PDF,JPEG,PNG,DOCX,XLSX,OFD', 'types'),
    (uuid '213b6428-2f57-53ae-9530-3ec948486388', 'attachments.max_size',
        '000000', NULL, '10', 'MiB'),
    (uuid '356e4322-0120-566c-a456-e07c73733c3f', 'attachments.max_count',
        '000000', NULL, '20', 'files'),
    (uuid 'b2ce8b4b-5157-5972-af11-20a9dd304a77', 'combination.forbidden',
        '000000', NULL, 'none', 'pairs'),
    (uuid '28eecaa7-322c-5c9f-9b77-05d1970e564d', 'audit.insured_months_before',
        '000000', NULL, '2', 'months'),
    (uuid '1e1313e0-c336-5b33-b773-3e8f0cdd4240', 'audit.insured_months_after',
        '000000', NULL, '2', 'months'),
    (uuid '9be25a22-6c2a-5b88-8646-0c3ac9857343', 'statistics.smallest_count',
        '000000', NULL, '5', 'persons'),
    (uuid 'fb43fd0d-cf59-580e-b61a-b7db0400a06c', 'enterprise.size',
        '000000', NULL, 'MEDIUM,SMALL,MICRO', 'sizes'),
    (uuid '60d031a8-765a-5e1a-ac5a-d044b913c764', 'insurance.lag_months',
        '000000', NULL, '2', 'months'),
    (uuid '8357df44-d6ba-57b3-8ee8-fd705b208b88', 'declaration.claimable_days_after_end',
        '000000', NULL, '90', 'days'),
    (uuid '039e22a9-cbcf-57af-b601-94bbe3954141', 'hotline', '000000', NULL, '12333', 'telephone'),
    (uuid '93a7a6df-3692-5f9b-80c1-e99891e15d97', 'agreement.version',
        '000000', NULL, '2026-01', 'version'),
    (uuid 'bab59e65-54f5-5bbd-93ae-a02ee262abc8', 'money.rounding',
        '000000', NULL, 'HALF_UP 0.01', 'yuan')
) AS seed (id, key, region, category, value, unit);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, 'publicity.required', '000000', category, 'true', 'flag',
    '项目约定（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid '14e6cad3-0c48-5b31-a612-6da544434bc9', 'LIVING_ALLOWANCE'),
    (uuid '1d93a3d3-8a58-52b2-a19e-e1a212d1e956', 'MENTORING'),
    (uuid 'bb231fd9-fd48-50f5-88cb-5537a28cd329', 'HIRING'),
    (uuid '0c76c1d4-c408-5990-85f8-8751da1c7981', 'SERVICE'),
    (uuid 'eacb9c16-7ebc-57a1-9026-5caa075574ff', 'TRAINING')
) AS seed (id, category);

INSERT INTO parameter (
    id, key, region, category, value, unit, source, confirmed, effective_from, effective_to,
    status, decided_at, examined_at
)
SELECT id, 'function.entrance', '000000', category, value, 'entrance',
    '项目约定（规则手册第4节）', true,
    date '2020-01-01', NULL, 'APPROVED', '2026-01-01 00:00Z', now()
FROM (VALUES
    (uuid 'f6f98307-dfe5-54d7-a7a7-8416258bc881', NULL, 'INTRANET'),
    (uuid 'b46df845-0572-5038-8ffb-43e9af48e1f7', 'READ_RECORDS', 'BOTH'),
    (uuid '8a7a4825-15de-51c3-89a5-d467a1d7440e', 'COMPLETE_INFORMATION', 'BOTH'),
    (uuid '7cf3411c-4d7f-5f40-b553-217a3eb76678', 'MAINTAIN_UNIT', 'BOTH'),
    (uuid '198459a1-b9c6-5205-a8c6-96b9b7a89c02', 'MAINTAIN_BANK_ACCOUNTS', 'BOTH'),
    (uuid 'c0dcb7d8-db06-5f56-a688-9844d69557a4', 'FILE_DECLARATIONS', 'BOTH'),
    (uuid 'a9a960a6-86fc-508a-beda-15e9ec7fbec5', 'FILE_POSTS', 'BOTH'),
    (uuid '8de658d7-a589-58ab-be22-36954fc7c797', 'LOOK_UP_PERSONS', 'BOTH'),
    (uuid '89f93ccd-bacf-557c-9818-ef79a2a6d405', 'FILE_INTERNS', 'BOTH'),
    (uuid '79e39997-9674-5392-b93b-a83ac98079db', 'FILE_REPORTS', 'BOTH'),
    (uuid '7419b504-0517-52aa-bf41-e80142f3d519', 'FILE_CLAIMS', 'BOTH'),
    (uuid '3151fd09-023f-55ec-b331-e06c48ce3675', 'ATTACH_FILES', 'BOTH'),
    (uuid 'e8201320-e884-58e1-a25b-d20f9bef4976', 'FILE_ROSTERS', 'BOTH'),
    (uuid '333cf211-819a-594f-ba30-978a01d3adef', 'FILE_CHANGES', 'BOTH'),
    (uuid '6d1011b7-9c03-5184-8e49-4bc9ca78799e', 'KEEP_ACCOUNT', 'BOTH'),
    (uuid '0ae7a7dd-428f-58b5-a489-ed384997aadd', 'MANAGE_OPERATORS', 'BOTH'),
    (uuid '63ed5c94-95af-510e-aecf-35ca96b5483a', 'FILE_QUALIFICATIONS', 'BOTH'),
    (uuid 'bc242d95-49fb-58a7-8b15-b264cd355d9f', 'CONFIRM_RECEIPTS', 'BOTH'),
    (uuid '5171ec1f-b995-5f4c-962e-5aed7f9a22f0', 'FILE_CLASSES', 'BOTH'),
    (uuid '0dc6182c-1b40-5039-a03f-9332cebdcd0a', 'FILE_COMPLETIONS', 'BOTH')
) AS seed (id, category, value);
